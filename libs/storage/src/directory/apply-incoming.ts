import type { CalendarDate } from '@axis/edoc';
import type { EntityManager } from 'typeorm';

/** How many agencies it was, each counted once. */
export interface Applied {
  readonly created: number;
  readonly updated: number;
  /** Of those that were active before. */
  readonly closed: number;
}

const TEXTS = ['short_name', 'email', 'phone', 'fax', 'address', 'website', 'in_charge'];
const COLUMNS = ['code', 'name', 'parent_id', 'status', 'successor_id', 'closed_on', 'sample', ...TEXTS];

const columnsOf = (alias: string): string => COLUMNS.map((column) => `${alias}.${column}`).join(', ');

/**
 * Brings the directory in line with what waits in the temporary tables `incoming` and `incoming_codes`.
 *
 * An agency's former codes stay its own, and documents addressed to them still arrive: a code that another of its
 * generation has taken the place of has ended today, unless the file says when. Texts that the file has no column for stay.
 */
export async function applyIncoming(manager: EntityManager, today: CalendarDate): Promise<Applied> {
  const [counts] = await manager.query<Applied[]>(
    `WITH RECURSIVE wanted AS (
       SELECT i.id, i.code, i.name, i.parent_id, i.status, i.successor_id, i.closed_on, i.sample,
         ${TEXTS.map((text) => `NULLIF(COALESCE(i.${text}, a.${text}), '') AS ${text}`).join(', ')},
         a.status AS status_before, a.id IS NULL AS is_new
       FROM incoming i LEFT JOIN agencies a USING (id)
     ), changed AS (
       UPDATE agencies a SET ${COLUMNS.map((column) => `${column} = w.${column}`).join(', ')}
       FROM wanted w WHERE a.id = w.id AND (${columnsOf('a')}) IS DISTINCT FROM (${columnsOf('w')})
       RETURNING a.id, w.status_before = 'active' AND a.status = 'closed' AS closed
     ), placed AS (
       SELECT w.id, COALESCE(p.level + 1, 1) AS level FROM wanted w LEFT JOIN agencies p ON p.id = w.parent_id
       WHERE w.is_new AND (p.id IS NOT NULL OR w.parent_id IS NULL)
       UNION ALL SELECT w.id, placed.level + 1 FROM placed JOIN wanted w ON w.parent_id = placed.id WHERE w.is_new
     ), created AS (
       INSERT INTO agencies (id, level, ${COLUMNS.join(', ')})
       SELECT id, placed.level, ${COLUMNS.join(', ')} FROM wanted JOIN placed USING (id) ORDER BY id
       RETURNING id
     ), wanted_codes AS (
       SELECT i.code, i.agency_id, i.generation, i.until, CASE
         WHEN i.since IS NOT NULL THEN i.since
         WHEN k.code IS NOT NULL THEN CASE WHEN k.since > i.until THEN NULL ELSE k.since END
         -- A code that an agency gains was not its own before, unless the file tells of the past.
         WHEN i.until IS NULL AND NOT w.is_new THEN $1::date
       END AS since
       FROM incoming_codes i JOIN wanted w ON w.id = i.agency_id LEFT JOIN agency_codes k ON k.code = i.code
       WHERE k.code IS NULL OR (COALESCE(i.since, k.since), i.until) IS DISTINCT FROM (k.since, k.until)
     ), codes AS (
       INSERT INTO agency_codes (code, agency_id, generation, since, until)
       SELECT code, agency_id, generation, since, until FROM wanted_codes
       ON CONFLICT (code) DO UPDATE SET since = excluded.since, until = excluded.until
       RETURNING agency_id
     ), ended AS (
       UPDATE agency_codes k SET until = GREATEST($1::date, k.since)
       FROM (SELECT DISTINCT agency_id, generation FROM incoming_codes WHERE until IS NULL) i
       WHERE k.agency_id = i.agency_id AND k.generation = i.generation AND k.until IS NULL
         AND NOT EXISTS (SELECT FROM incoming_codes named WHERE named.code = k.code)
       RETURNING k.agency_id
     )
     SELECT (SELECT count(*) FROM created)::int AS created,
       (SELECT count(*) FROM changed WHERE closed)::int AS closed,
       (SELECT count(*) FROM (
         (SELECT id FROM changed UNION SELECT agency_id FROM codes UNION SELECT agency_id FROM ended)
         EXCEPT (SELECT id FROM created UNION SELECT id FROM changed WHERE closed)
       ) touched)::int AS updated`,
    [today],
  );
  if (!counts) throw new Error('SELECT without FROM always has one row');
  return counts;
}

/** An agency lies one level below its parent, also when it was the parent that moved. New ones do already. */
export async function settleLevels(manager: EntityManager): Promise<void> {
  await manager.query(
    `WITH RECURSIVE tree AS (
       SELECT id, 1 AS level FROM agencies WHERE parent_id IS NULL
       UNION ALL SELECT a.id, tree.level + 1 FROM tree JOIN agencies a ON a.parent_id = tree.id
     )
     UPDATE agencies a SET level = tree.level FROM tree WHERE a.id = tree.id AND a.level <> tree.level`,
  );
}
