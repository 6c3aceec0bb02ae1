import type { AgencyCode, DirectoryEntry } from '@axis/edoc';
import type { EntityManager } from 'typeorm';
import type { SignerRole } from './agency-signer.entity';
import { findEntry } from './entries';

export interface AgencyName {
  readonly code: AgencyCode;
  readonly name: string;
}

/** An agency with everything that is bound to it. */
export interface AgencyDetails {
  readonly entry: DirectoryEntry;
  /** All above it, the top first. */
  readonly parents: readonly AgencyName[];
  /** How many active agencies are directly below it. */
  readonly children: number;
  readonly successor: AgencyName | null;
  /** The closed agencies whose work it took over, directly. */
  readonly predecessors: readonly AgencyName[];
  /** The active document systems that act for it. */
  readonly systems: readonly { readonly clientId: string; readonly name: string }[];
  /** The certificate subjects (RFC 4514) that sign for it. */
  readonly signers: readonly { readonly subject: string; readonly role: SignerRole }[];
}

/** By any code of the agency; in one snapshot, however many are changing it. */
export function agencyDetails(manager: EntityManager, code: AgencyCode): Promise<AgencyDetails | undefined> {
  return manager.transaction('REPEATABLE READ', async (snapshot) => {
    const entry = await findEntry(snapshot, code);
    if (!entry) return undefined;
    const [bound] = await snapshot.query<Omit<AgencyDetails, 'entry'>[]>(BOUND, [entry.id]);
    if (!bound) throw new Error('an agency found a moment ago, in the same snapshot, is there');
    return { entry, ...bound };
  });
}

const BOUND = `
  WITH RECURSIVE own AS (
    SELECT * FROM agencies WHERE serial = $1
  ), above AS (
    SELECT p.id, p.parent_id, p.level, p.code, p.name FROM own JOIN agencies p ON p.id = own.parent_id
    UNION ALL SELECT p.id, p.parent_id, p.level, p.code, p.name FROM above JOIN agencies p ON p.id = above.parent_id
  )
  SELECT
    (SELECT coalesce(json_agg(json_build_object('code', code, 'name', name) ORDER BY level), '[]') FROM above) AS parents,
    (SELECT count(*)::int FROM agencies c WHERE c.parent_id = own.id AND c.status = 'active') AS children,
    (SELECT json_build_object('code', s.code, 'name', s.name) FROM agencies s WHERE s.id = own.successor_id) AS successor,
    (SELECT coalesce(json_agg(json_build_object('code', b.code, 'name', b.name) ORDER BY b.code), '[]')
     FROM agencies b WHERE b.successor_id = own.id) AS predecessors,
    (SELECT coalesce(json_agg(json_build_object('clientId', s.client_id, 'name', s.name) ORDER BY s.client_id), '[]')
     FROM system_agencies sa JOIN systems s ON s.id = sa.system_id AND s.active WHERE sa.agency_id = own.id) AS systems,
    (SELECT coalesce(json_agg(json_build_object('subject', subject, 'role', role) ORDER BY role, subject), '[]')
     FROM agency_signers WHERE agency_id = own.id) AS signers
  FROM own`;
