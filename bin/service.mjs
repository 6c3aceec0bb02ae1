import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, prepare, root } from './prepare.mjs';

// `node bin/service.mjs NAME`: one service alone, in this very process, so that signals and exit codes are its own.
const SERVICES = ['gateway', 'signer', 'router', 'courier', 'registrar'];
const [name] = process.argv.slice(2);
if (!SERVICES.includes(name)) fail(`Usage: node bin/service.mjs ${SERVICES.join('|')}`);
await prepare();
process.setSourceMapsEnabled(true);
process.argv[1] = join(root, `dist/apps/${name}/src/main.js`);
await import(pathToFileURL(process.argv[1]));
