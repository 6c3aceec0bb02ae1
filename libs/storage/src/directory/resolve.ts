import { type AgencyCode, type AgencyId, resolveSuccession, type Succession } from '@axis/edoc';
import type { EntityManager } from 'typeorm';

/** An agency as routing needs it. */
export interface DirectoryAgency {
  readonly id: AgencyId;
  /** The code it uses now. */
  readonly code: AgencyCode;
  readonly name: string;
  readonly status: 'active' | 'closed';
  readonly successorCode: AgencyCode | undefined;
}

/**
 * Who gets a document addressed to each of these codes, of whichever generation; successors followed. One query,
 * whatever the number of codes. Every asked code is a key of the answer.
 */
export async function resolveAgencies(
  manager: EntityManager,
  codes: readonly AgencyCode[],
): Promise<ReadonlyMap<AgencyCode, Succession<DirectoryAgency>>> {
  const rows = await manager.query<
    (Omit<DirectoryAgency, 'successorCode'> & { successor: AgencyCode | null; asked: AgencyCode[] | null })[]
  >(
    // UNION keeps each agency once, so that a circle of successors ends.
    `WITH RECURSIVE asked AS (
       SELECT agency_id, array_agg(code) AS codes FROM agency_codes WHERE code = ANY($1::text[]) GROUP BY agency_id
     ), reached AS (
       SELECT a.id, a.status, a.successor_id FROM asked JOIN agencies a ON a.id = asked.agency_id
       UNION
       SELECT a.id, a.status, a.successor_id FROM reached r JOIN agencies a ON a.id = r.successor_id
       WHERE r.status = 'closed'
     )
     SELECT a.id, a.code, a.name, a.status, s.code AS successor, asked.codes AS asked
     FROM reached r JOIN agencies a ON a.id = r.id
     LEFT JOIN agencies s ON s.id = a.successor_id
     LEFT JOIN asked ON asked.agency_id = a.id`,
    [codes],
  );
  const byCode = new Map<AgencyCode, DirectoryAgency>();
  for (const { id, code, name, status, successor, asked } of rows) {
    const agency: DirectoryAgency = { id, code, name, status, successorCode: successor ?? undefined };
    for (const known of [code, ...(asked ?? [])]) byCode.set(known, agency);
  }
  return new Map(codes.map((code) => [code, resolveSuccession(code, (known) => byCode.get(known))]));
}
