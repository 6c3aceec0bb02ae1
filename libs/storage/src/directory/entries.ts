import {
  type AgencyCode,
  type CodeGeneration,
  type DirectoryEntry,
  type EntryCode,
  isConnectionCentre,
} from '@axis/edoc';
import type { EntityManager } from 'typeorm';

/** Where a page of entries begins: after a version of the directory, or after an entry's own number. */
export interface EntriesAfter {
  readonly by: 'version' | 'serial';
  readonly after: number;
}

/** A page of entries, in the order of what it is read by. */
export function readEntries(
  manager: EntityManager,
  { by, after }: EntriesAfter,
  limit: number,
): Promise<DirectoryEntry[]> {
  return select(manager, `SELECT * FROM agencies WHERE ${by} > $1 ORDER BY ${by} LIMIT $2`, by, [after, limit]);
}

/** The entry of an agency, by any of its codes. */
export async function findEntry(manager: EntityManager, code: AgencyCode): Promise<DirectoryEntry | undefined> {
  const own = 'SELECT a.* FROM agencies a JOIN agency_codes c ON c.agency_id = a.id WHERE c.code = $1';
  const [entry] = await select(manager, own, 'serial', [code]);
  return entry;
}

async function select(manager: EntityManager, agencies: string, order: string, values: unknown[]) {
  const rows = await manager.query<EntryRow[]>(
    `SELECT a.serial AS id, a.code, codes.codes, a.name, a.short_name AS "shortName", a.level, p.serial AS "parentId",
       p.code AS "parentCode", a.status, s.code AS "successorCode", a.closed_on AS "closedOn", a.email, a.phone, a.fax,
       a.address, a.website, a.in_charge AS "inCharge", a.sample, a.version, a.updated_at AS "updatedAt"
     FROM (${agencies}) a
     LEFT JOIN agencies p ON p.id = a.parent_id
     LEFT JOIN agencies s ON s.id = a.successor_id
     CROSS JOIN LATERAL (
       SELECT coalesce(json_agg(json_build_object(
         'code', c.code, 'generation', c.generation, 'since', c.since, 'until', c.until, 'current', c.code = a.code
       ) ORDER BY c.until DESC, c.code), '[]') AS codes
       FROM agency_codes c WHERE c.agency_id = a.id
     ) codes
     ORDER BY a.${order}`,
    values,
  );
  return rows.map(entryOf);
}

interface EntryRow extends Omit<DirectoryEntry, 'newCode' | 'oldCode' | 'isAgency' | 'centreCode' | 'version'> {
  readonly version: string;
}

function entryOf({ version, ...row }: EntryRow): DirectoryEntry {
  const { code, codes, parentCode } = row;
  return {
    ...row,
    newCode: inUse(codes, 'new'),
    oldCode: inUse(codes, 'old'),
    isAgency: !isConnectionCentre(code),
    centreCode: parentCode && isConnectionCentre(parentCode) ? parentCode : null,
    version: Number(version),
  };
}

/** Of several of a generation, the one it uses now. */
function inUse(codes: readonly EntryCode[], generation: CodeGeneration): AgencyCode | null {
  const own = codes.filter((held) => held.generation === generation && held.until === null);
  return (own.find((held) => held.current) ?? own[0])?.code ?? null;
}
