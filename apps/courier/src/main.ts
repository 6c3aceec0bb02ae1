import { runAlone } from '@axis/service';
import { courier } from './courier';

void runAlone(courier);
