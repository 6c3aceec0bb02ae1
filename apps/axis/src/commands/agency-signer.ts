import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseAgencyCode } from '@axis/edoc';
import { Certificate } from '@axis/pki';
import { Directory } from '@axis/storage';
import { type Command, print, UsageError } from './command';
import { withStorage } from './with-storage';

const USAGE = 'agency signer CODE --cert PEM --role person|agency';

/** `axis agency signer`: binds a certificate's subject to an agency, as its seal or as a competent person of it. */
export const agencySigner: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { cert: { type: 'string' }, role: { type: 'string' } },
    allowPositionals: true,
  });
  const code = parseAgencyCode(positionals[0] ?? '');
  const { cert, role } = values;
  if (!code || cert === undefined || (role !== 'person' && role !== 'agency')) throw new UsageError(USAGE);
  const [certificate] = Certificate.listFrom(await readFile(cert));
  if (!certificate) throw new UsageError(`${USAGE}\n${cert} holds no certificate`);
  const subject = certificate.subject.toString();
  await withStorage(async (database) => {
    const directory = new Directory(database);
    const found = (await directory.resolve([code])).get(code);
    if (found?.kind !== 'found') throw new UsageError(`${code} is no active agency of the directory`);
    await directory.registerSigner(found.agency.id, subject, role);
  });
  print(`${subject} signs for ${code} as ${role}.`);
  return 0;
};
