import { parseArgs } from 'node:util';
import { type AgencyCode, parseAgencyCode } from '@axis/edoc';
import { loadConfig } from '@axis/platform';
import { Directory, openSecretBox, SystemStore } from '@axis/storage';
import { ensureSampleKeys } from '../environment/sample-keys';
import { type Command, print, printJson, UsageError } from './command';
import { withStorage } from './with-storage';

const USAGE = 'system register CLIENT_ID --name NAME --agency CODE [--agency CODE …] [--json]';

/** It names the system to OAuth (RFC 7617: no colon), in headers of the VXP protocol, and its queue and user on the broker. */
const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `axis system register`: joins a document system, or gives a known one another secret. The secret is shown once. */
export const systemRegister: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { name: { type: 'string' }, agency: { type: 'string', multiple: true }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [clientId] = positionals;
  const { name, agency = [] } = values;
  if (clientId === undefined || name === undefined || agency.length === 0) throw new UsageError(USAGE);
  if (!CLIENT_ID.test(clientId))
    throw new UsageError(`${USAGE}\nCLIENT_ID is letters, digits, dots, hyphens and underscores.`);
  const codes = agency.map(parseAgencyCode).filter((code): code is AgencyCode => code !== undefined);
  const { keys, secretsKey } = loadConfig(process.env);
  // Where the key is given nothing is made: a container that is read-only has no place for it.
  if (keys.sample && secretsKey === undefined) await ensureSampleKeys(keys.dir, keys.password);
  const box = await openSecretBox({ keys, secretsKey });
  const secret = await withStorage(async (database) => {
    const resolved = await new Directory(database).resolve(codes);
    const agencyIds = agency.map((code) => {
      const found = resolved.get(code as AgencyCode);
      if (found?.kind !== 'found') throw new UsageError(`${code} is no active agency of the directory`);
      return found.agency.id;
    });
    return new SystemStore(database).register({ clientId, name, agencyIds }, box);
  });
  if (values.json) printJson({ clientId, secret });
  else print(`client id:     ${clientId}\nclient secret: ${secret}\nKeep it: it is not shown again.`);
  return 0;
};
