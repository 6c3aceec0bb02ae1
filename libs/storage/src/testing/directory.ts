import { randomBytes } from 'node:crypto';
import type { AgencyCode } from '@axis/edoc';
import type { DataSource } from 'typeorm';
import { type DirectoryImport, importDirectory } from '../directory/import';
import type { ReadRow } from '../directory/read-file';
import { resolveAgencies } from '../directory/resolve';
import { SecretBox } from '../secrets/secret-box';
import { SystemEntity } from '../systems/system.entity';
import { type Caller, SystemStore } from '../systems/system.store';

/** A row of a directory file by its columns. */
export type Values = Readonly<Record<string, string>>;

export async function* readRows(rows: Iterable<Values>): AsyncGenerator<ReadRow> {
  let line = 1;
  for (const values of rows) yield await Promise.resolve({ kind: 'read', row: { line: ++line, values } });
}

export function importRows(database: DataSource, ...rows: readonly Values[]): Promise<DirectoryImport> {
  return importDirectory(database, readRows(rows));
}

const box = new SecretBox(randomBytes(32).toString('base64'));

/** A system that acts for the agencies with these codes; known already, for these from now on. */
export async function joinSystem(database: DataSource, clientId: string, ...codes: string[]): Promise<Caller> {
  const resolved = [...(await resolveAgencies(database.manager, codes as AgencyCode[])).values()];
  const agencies = resolved.map((found) => {
    if (found.kind !== 'found') throw new Error('there is no such agency');
    return { id: found.agency.id, code: found.agency.code };
  });
  const name = `Phần mềm ${clientId}`;
  await new SystemStore(database).register({ clientId, name, agencyIds: agencies.map(({ id }) => id) }, box);
  const { id } = await database.manager.findOneByOrFail(SystemEntity, { clientId });
  return { systemId: id, name, agencies };
}
