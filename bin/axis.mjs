import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './prepare.mjs';

// `node bin/axis.mjs COMMAND …`: the axis itself, in this very process, so that signals and exit codes are its own.
process.env.AXIS_INSTALL_SECONDS = (await prepare()).toFixed(1);
process.setSourceMapsEnabled(true);
process.argv[1] = join(root, 'dist/apps/axis/src/main.js');
await import(pathToFileURL(process.argv[1]));
