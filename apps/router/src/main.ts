import { runAlone } from '@axis/service';
import { router } from './router';

void runAlone(router);
