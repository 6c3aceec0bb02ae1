import { parseArgs } from 'node:util';
import { loadConfig } from '@axis/platform';
import { openSecretBox, resealSecrets } from '@axis/storage';
import { type Command, print, printJson } from './command';
import { withStorage } from './with-storage';

/** `axis secrets reseal`: seals every secret that is kept by the first key of SECRETS_KEY; then the others may go. */
export const secretsReseal: Command = async (args) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
  const box = await openSecretBox(loadConfig(process.env));
  const resealed = await withStorage((database) => resealSecrets(database, box));
  if (values.json) printJson({ resealed });
  else print(`${resealed} secrets are sealed anew; only the first key is needed from now on.`);
  return 0;
};
