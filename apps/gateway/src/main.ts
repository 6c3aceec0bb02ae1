import { runAlone } from '@axis/service';
import { gateway } from './gateway';

void runAlone(gateway);
