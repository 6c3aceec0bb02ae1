import { runAlone } from '@axis/service';
import { signer } from './signer';

void runAlone(signer);
