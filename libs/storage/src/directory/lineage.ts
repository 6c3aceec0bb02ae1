import { type AgencyCode, type AgencyId, refusal } from '@axis/edoc';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../systems/system.store';

/** An agency on the way up from another, and whether the caller may act for it. */
export interface Ancestor {
  readonly id: AgencyId;
  readonly status: 'active' | 'closed';
  readonly level: number;
  readonly sample: boolean;
  readonly own: boolean;
  readonly codes: readonly AgencyCode[];
}

/** What changes the directory goes one after the other: what is read after this stays so until the transaction ends. */
export async function lockDirectory(manager: EntityManager): Promise<void> {
  await manager.query('SELECT lock_directory()');
}

/** By any code. */
export async function agencyIdOf(manager: EntityManager, code: AgencyCode): Promise<AgencyId | undefined> {
  const [row] = await manager.query<{ id: AgencyId }[]>('SELECT agency_id AS id FROM agency_codes WHERE code = $1', [
    code,
  ]);
  return row?.id;
}

/** The agency itself and all above it, upwards. A closed agency is nobody's own: nobody acts for it any more. */
export function lineageOf(manager: EntityManager, caller: Caller, id: AgencyId): Promise<Ancestor[]> {
  return manager.query<Ancestor[]>(
    `WITH RECURSIVE up AS (
       SELECT id, parent_id, status, level, sample FROM agencies WHERE id = $1
       UNION ALL SELECT a.id, a.parent_id, a.status, a.level, a.sample FROM up JOIN agencies a ON a.id = up.parent_id
     )
     SELECT id, status, level, sample,
       status = 'active' AND EXISTS (SELECT FROM system_agencies WHERE agency_id = up.id AND system_id = $2) AS own,
       (SELECT array_agg(code) FROM agency_codes WHERE agency_id = up.id) AS codes
     FROM up ORDER BY level DESC`,
    [id, caller.systemId],
  );
}

/**
 * An active agency that is the caller's own or below one of its own, and those above it up to its own topmost one.
 * @throws Refusal `agency.unknown`, `agency.closed`, `agency.outside`
 */
export async function requireWithin(
  manager: EntityManager,
  caller: Caller,
  code: AgencyCode,
): Promise<readonly [Ancestor, ...Ancestor[]]> {
  const id = await agencyIdOf(manager, code);
  const lineage = id ? await lineageOf(manager, caller, id) : [];
  if (!lineage[0]) throw refusal('agency.unknown', { agency: code });
  if (lineage[0].status === 'closed') throw refusal('agency.closed', { agency: code });
  const [agency, ...above] = lineage.slice(0, lineage.findLastIndex(({ own }) => own) + 1);
  if (!agency) throw refusal('agency.outside', { agency: code });
  return [agency, ...above];
}
