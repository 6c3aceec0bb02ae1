import { type AgencyCode, type AgencyId, type DirectoryEntry, refusal, vietnamDate } from '@axis/edoc';
import type { DataSource, EntityManager } from 'typeorm';
import type { Caller } from '../systems/system.store';
import { AgencyEntity } from './agency.entity';
import { findEntry } from './entries';
import { agencyIdOf, lineageOf, lockDirectory, requireWithin } from './lineage';

/**
 * Closes an agency below one that the caller acts for; from then on its successor gets what is addressed to it. It stays
 * in the directory as closed, and its system may still read what it was sent. Closed again, it stays as it is.
 * @throws Refusal `agency.not_found`, `agency.not_below_yours`, `agency.closed` (already, but otherwise),
 * `agency.has_children`, `agency.has_waiting_documents`; of the successor `agency.unknown`, `agency.closed`,
 * `agency.outside`, `agency.succeeds_itself`
 */
export function removeAgency(
  database: DataSource,
  caller: Caller,
  code: AgencyCode,
  successor?: AgencyCode,
): Promise<DirectoryEntry> {
  return database.transaction(async (manager) => {
    await lockDirectory(manager);
    const id = await agencyIdOf(manager, code);
    const [agency, ...above] = id ? await lineageOf(manager, caller, id) : [];
    if (!agency) throw refusal('agency.not_found', { agency: code });
    if (!above.some(({ own }) => own)) throw refusal('agency.not_below_yours', { agency: code });
    if (agency.status === 'active') await close(manager, caller, { id: agency.id, code, successor });
    else await refuseOtherwiseClosed(manager, { id: agency.id, code, successor });
    const entry = await findEntry(manager, code);
    if (!entry) throw new Error(`agency ${code} was found a moment ago`);
    return entry;
  });
}

interface Removal {
  readonly id: AgencyId;
  readonly code: AgencyCode;
  readonly successor: AgencyCode | undefined;
}

async function close(manager: EntityManager, caller: Caller, { id, code, successor }: Removal): Promise<void> {
  const [heir] = successor ? await requireWithin(manager, caller, successor) : [];
  if (heir?.id === id) throw refusal('agency.succeeds_itself', { agency: code });
  await refuseUnfinished(manager, id, code);
  await manager.update(AgencyEntity, id, {
    status: 'closed',
    successorId: heir?.id ?? null,
    closedOn: vietnamDate(new Date()),
  });
}

/** What an agency has begun, somebody has to end before it goes: those below it, and the documents nobody has fetched. */
async function refuseUnfinished(manager: EntityManager, id: AgencyId, code: AgencyCode): Promise<void> {
  const [left] = await manager.query<{ children: number; waiting: boolean }[]>(
    `SELECT (SELECT count(*)::int FROM agencies WHERE parent_id = $1 AND status = 'active') AS children,
       EXISTS (SELECT FROM deliveries WHERE agency_id = $1 AND state = 'available') AS waiting`,
    [id],
  );
  if (left?.children) throw refusal('agency.has_children', { agency: code, count: left.children });
  if (left?.waiting) throw refusal('agency.has_waiting_documents', { agency: code });
}

async function refuseOtherwiseClosed(manager: EntityManager, { id, code, successor }: Removal): Promise<void> {
  if (!successor) return;
  const heir = await agencyIdOf(manager, successor);
  if (!heir || !(await manager.existsBy(AgencyEntity, { id, successorId: heir })))
    throw refusal('agency.closed', { agency: code });
}
