import { runAlone } from '@axis/service';
import { registrar } from './registrar';

void runAlone(registrar);
