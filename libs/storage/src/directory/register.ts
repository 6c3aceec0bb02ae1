import {
  type AgencyCode,
  type AgencyId,
  type AgencyRow,
  codesAbove,
  type DirectoryEntry,
  generationOf,
  mayAssign,
  newAgencyId,
  parseAgencyRow,
  refusal,
  vietnamDate,
} from '@axis/edoc';
import type { DataSource, EntityManager } from 'typeorm';
import { SystemAgencyEntity } from '../systems/system.entity';
import type { Caller } from '../systems/system.store';
import { AgencyCodeEntity } from './agency-code.entity';
import { AgencyEntity } from './agency.entity';
import { findEntry } from './entries';
import { agencyIdOf, lockDirectory, requireWithin } from './lineage';

/** An agency as a system registers it. Of lengths and forms as in a directory file. */
export interface NewAgency {
  readonly code: string;
  readonly oldCode?: string | undefined;
  /** By any code; without one, the nearest agency above by the form of the code. */
  readonly parentCode?: string | undefined;
  readonly name: string;
  readonly shortName?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly fax?: string | undefined;
  readonly address?: string | undefined;
  readonly website?: string | undefined;
  readonly inCharge?: string | undefined;
}

export interface Registration {
  readonly entry: DirectoryEntry;
  /** False when the same was registered before, and nothing was done. */
  readonly created: boolean;
}

/**
 * Takes an agency into the directory, below one that the caller acts for; from then on the caller acts for it too.
 * @throws Refusal `agency.invalid`, `agency.unknown`, `agency.closed` or `agency.outside` (of the parent), `agency.code_misplaced`,
 * `agency.taken`, `agency.differs`
 */
export async function registerAgency(database: DataSource, caller: Caller, agency: NewAgency): Promise<Registration> {
  const row = rowOf(agency);
  return database.transaction(async (manager) => {
    await lockDirectory(manager);
    const parentCode = row.parentCode ?? (await nearestAbove(manager, row.code));
    if (!parentCode) throw refusal('agency.code_misplaced', { agency: row.code });
    const lineage = await requireWithin(manager, caller, parentCode);
    const [parent] = lineage;
    const known = await holders(manager, caller, row);
    if (!known) {
      const own = new Set(lineage.flatMap(({ codes }) => codes));
      const misplaced = row.codes.find(({ code }) => !mayAssign(code, own));
      if (misplaced) throw refusal('agency.code_misplaced', { agency: misplaced.code });
      await insert(manager, caller, row, parent);
    }
    const entry = await findEntry(manager, row.code);
    if (!entry) throw new Error(`agency ${row.code} was registered a moment ago`);
    if (known) refuseDifferences(row, entry, parent);
    return { entry, created: !known };
  });
}

function rowOf({ code, oldCode, parentCode, shortName, inCharge, ...rest }: NewAgency): AgencyRow {
  const { name, email, phone, fax, address, website } = rest;
  const values = { code, old_code: oldCode, parent_code: parentCode, name, short_name: shortName, in_charge: inCharge };
  const parsed = parseAgencyRow({ line: 1, values: { ...values, email, phone, fax, address, website } });
  if (parsed.kind === 'row') return parsed.row;
  throw refusal('agency.invalid', { agency: code, detail: parsed.findings.map(({ reason }) => reason).join('; ') });
}

async function nearestAbove(manager: EntityManager, code: AgencyCode): Promise<AgencyCode | undefined> {
  for (const above of codesAbove(code)) if (await agencyIdOf(manager, above)) return above;
  return undefined;
}

/**
 * Whether the caller registered this agency before.
 * @throws Refusal `agency.taken` when a code is another's
 */
async function holders(manager: EntityManager, caller: Caller, { codes }: AgencyRow): Promise<boolean> {
  const rows = await manager.query<{ code: AgencyCode; id: AgencyId; name: string; registered: boolean }[]>(
    `SELECT c.code, a.id, a.name,
       EXISTS (SELECT FROM system_agencies WHERE agency_id = a.id AND system_id = $2 AND registered) AS registered
     FROM agency_codes c JOIN agencies a ON a.id = c.agency_id WHERE c.code = ANY($1::text[])`,
    [codes.map(({ code }) => code), caller.systemId],
  );
  const anothers = rows.find(({ id, registered }) => !registered || id !== rows[0]?.id);
  if (anothers) throw refusal('agency.taken', { agency: anothers.code, name: anothers.name });
  return rows.length > 0;
}

/** @throws Refusal `agency.differs` */
function refuseDifferences(
  row: AgencyRow,
  entry: DirectoryEntry,
  parent: { readonly codes: readonly AgencyCode[] },
): void {
  const inUse = entry.codes.filter(({ until }) => until === null).map(({ code }) => code);
  const texts = ['shortName', 'email', 'phone', 'fax', 'address', 'website', 'inCharge'] as const;
  const differences = [
    ...(row.code === entry.code ? [] : ['code']),
    ...(row.codes.every(({ code }) => inUse.includes(code)) ? [] : ['oldCode']),
    ...(entry.parentCode && parent.codes.includes(entry.parentCode) ? [] : ['parentCode']),
    ...(row.name === entry.name ? [] : ['name']),
    ...(row.status === entry.status ? [] : ['status']),
    ...texts.filter((text) => row[text] !== undefined && row[text] !== (entry[text] ?? '')),
  ];
  if (differences.length > 0)
    throw refusal('agency.differs', { agency: entry.code, differences: differences.join(', ') });
}

async function insert(
  manager: EntityManager,
  { systemId }: Caller,
  row: AgencyRow,
  parent: { readonly id: AgencyId; readonly level: number; readonly sample: boolean },
): Promise<void> {
  const agencyId = newAgencyId();
  const { code, name, status } = row;
  await manager.insert(AgencyEntity, {
    id: agencyId,
    code,
    name,
    status,
    level: parent.level + 1,
    parentId: parent.id,
    shortName: row.shortName || null,
    email: row.email || null,
    phone: row.phone || null,
    fax: row.fax || null,
    address: row.address || null,
    website: row.website || null,
    inCharge: row.inCharge || null,
    // What is below a made-up agency is made up.
    sample: parent.sample,
  });
  const since = vietnamDate(new Date());
  await manager.insert(
    AgencyCodeEntity,
    row.codes.map((held) => ({ code: held.code, agencyId, generation: generationOf(held.code), since })),
  );
  await manager.insert(SystemAgencyEntity, { systemId, agencyId, registered: true });
}
