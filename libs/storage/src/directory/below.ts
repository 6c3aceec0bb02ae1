import type { AgencyId } from '@axis/edoc';
import type { EntityManager } from 'typeorm';

/** Those of `ids` that lie below any of `above`, at any depth. */
export async function agenciesBelow(
  manager: EntityManager,
  above: readonly AgencyId[],
  ids: readonly AgencyId[],
): Promise<ReadonlySet<AgencyId>> {
  if (above.length === 0 || ids.length === 0) return new Set();
  // Upwards: an agency has few above it, and may have thousands below. UNION ends a circle.
  const rows = await manager.query<{ id: AgencyId }[]>(
    `WITH RECURSIVE line AS (
       SELECT id AS start, parent_id FROM agencies WHERE id = ANY($1::uuid[])
       UNION
       SELECT line.start, a.parent_id FROM line JOIN agencies a ON a.id = line.parent_id
     )
     SELECT DISTINCT start AS id FROM line WHERE parent_id = ANY($2::uuid[])`,
    [ids, above],
  );
  return new Set(rows.map(({ id }) => id));
}
