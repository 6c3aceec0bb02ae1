import {
  type AgencyCode,
  type AgencyId,
  type AgencyRow,
  type DirectoryFinding,
  generationOf,
  type KnownAgency,
  newAgencyId,
  parseAgencyRow,
  planDirectory,
  type PlannedAgency,
} from '@axis/edoc';
import type { DataSource, EntityManager } from 'typeorm';
import type { ReadRow } from './read-file';

/** What an import did. Agencies the file does not name stay as they are and are counted nowhere. */
export interface DirectoryImport {
  readonly created: number;
  readonly updated: number;
  /** Of those that were active before. */
  readonly closed: number;
  readonly unchanged: number;
  readonly refused: readonly DirectoryFinding[];
}

/** Rows sent to the database at a time. */
const BATCH = 5_000;

/**
 * Brings the directory in line with the rows, in one transaction; the same rows again change nothing. Faulty rows, and
 * rows that need them, are refused; the others are imported. One import at a time, the next waits.
 */
export async function importDirectory(database: DataSource, rows: AsyncIterable<ReadRow>): Promise<DirectoryImport> {
  const { sound, faulty } = await parseRows(rows);
  return database.transaction(async (manager) => {
    await manager.query('LOCK TABLE agencies IN SHARE ROW EXCLUSIVE MODE');
    const known = await knownAgencies(manager);
    const plan = planDirectory(sound, (code) => known.get(code));
    await bringIn(manager, plan.agencies);
    const changes = await applyChanges(manager);
    await settleLevels(manager);
    return {
      ...changes,
      unchanged: plan.agencies.length - changes.created - changes.updated - changes.closed,
      refused: [...faulty, ...plan.refused].sort((a, b) => a.line - b.line),
    };
  });
}

async function parseRows(rows: AsyncIterable<ReadRow>) {
  const sound: AgencyRow[] = [];
  const faulty: DirectoryFinding[] = [];
  for await (const read of rows) {
    const parsed = read.kind === 'faulty' ? read : parseAgencyRow(read.row);
    if (parsed.kind === 'faulty') faulty.push(...parsed.findings);
    else sound.push(parsed.row);
  }
  return { sound, faulty };
}

/** Every agency by each of its codes. */
async function knownAgencies(manager: EntityManager): Promise<ReadonlyMap<string, KnownAgency>> {
  const rows = await manager.query<
    { id: AgencyId; parent: AgencyCode | null; successor: AgencyCode | null; codes: string[] }[]
  >(
    `SELECT a.id, p.code AS parent, s.code AS successor, c.codes
     FROM agencies a
     JOIN (SELECT agency_id, array_agg(code) AS codes FROM agency_codes GROUP BY agency_id) c ON c.agency_id = a.id
     LEFT JOIN agencies p ON p.id = a.parent_id
     LEFT JOIN agencies s ON s.id = a.successor_id`,
  );
  const byCode = new Map<string, KnownAgency>();
  for (const { id, parent, successor, codes } of rows) {
    const agency: KnownAgency = { id, parentCode: parent ?? undefined, successorCode: successor ?? undefined };
    for (const code of codes) byCode.set(code, agency);
  }
  return byCode;
}

/** Puts the planned agencies into temporary tables, where one statement compares them all. */
async function bringIn(manager: EntityManager, agencies: readonly PlannedAgency[]): Promise<void> {
  await manager.query(
    `CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
       SELECT id, code, name, short_name, parent_id, status, successor_id, closed_on, email, phone, sample
       FROM agencies WITH NO DATA;
     CREATE TEMPORARY TABLE incoming_codes ON COMMIT DROP AS SELECT code, agency_id, generation FROM agency_codes WITH NO DATA`,
  );
  const idOfRow = new Map(agencies.map(({ row, known }) => [row, known?.id ?? newAgencyId()]));
  const idOf = (agency: AgencyRow | KnownAgency | undefined): AgencyId | undefined =>
    agency && ('id' in agency ? agency.id : idOfRow.get(agency));

  for (let start = 0; start < agencies.length; start += BATCH) {
    const batch = agencies.slice(start, start + BATCH);
    const column = <Value>(value: (agency: PlannedAgency) => Value) => batch.map(value);
    await manager.query(
      `INSERT INTO incoming SELECT * FROM unnest(
         $1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::date[], $9::text[],
         $10::text[], $11::boolean[])`,
      [
        column(({ row }) => idOf(row)),
        column(({ row }) => row.code),
        column(({ row }) => row.name),
        column(({ row }) => row.shortName),
        column(({ parent }) => idOf(parent)),
        column(({ row }) => row.status),
        column(({ successor }) => idOf(successor)),
        column(({ row }) => row.closedOn),
        column(({ row }) => row.email),
        column(({ row }) => row.phone),
        column(({ row }) => row.sample),
      ],
    );
    const codes = batch.flatMap(({ row }) =>
      [row.code, row.oldCode].flatMap((code) =>
        code ? [{ code, id: idOf(row), generation: generationOf(code) }] : [],
      ),
    );
    await manager.query(`INSERT INTO incoming_codes SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[])`, [
      codes.map(({ code }) => code),
      codes.map(({ id }) => id),
      codes.map(({ generation }) => generation),
    ]);
  }
  await manager.query('ANALYZE incoming; ANALYZE incoming_codes');
}

/** An agency's former codes stay its own: documents addressed to them still arrive. */
async function applyChanges(manager: EntityManager): Promise<Pick<DirectoryImport, 'created' | 'updated' | 'closed'>> {
  const [counts] = await manager.query<{ created: number; updated: number; closed: number }[]>(
    `WITH changed AS (
       UPDATE agencies a SET code = i.code, name = i.name, short_name = i.short_name, parent_id = i.parent_id,
         status = i.status, successor_id = i.successor_id, closed_on = i.closed_on, email = i.email, phone = i.phone,
         sample = i.sample, updated_at = now()
       FROM incoming i JOIN agencies before USING (id)
       WHERE a.id = i.id
         AND (a.code, a.name, a.short_name, a.parent_id, a.status, a.successor_id, a.closed_on, a.email, a.phone, a.sample)
           IS DISTINCT FROM
             (i.code, i.name, i.short_name, i.parent_id, i.status, i.successor_id, i.closed_on, i.email, i.phone, i.sample)
       RETURNING a.id, before.status = 'active' AND a.status = 'closed' AS closed
     ), created AS (
       INSERT INTO agencies (id, code, name, short_name, level, parent_id, status, successor_id, closed_on, email, phone, sample)
       SELECT id, code, name, short_name, 1, parent_id, status, successor_id, closed_on, email, phone, sample
       FROM incoming i WHERE NOT EXISTS (SELECT FROM agencies a WHERE a.id = i.id)
       RETURNING id
     ), codes AS (
       INSERT INTO agency_codes (code, agency_id, generation) SELECT code, agency_id, generation FROM incoming_codes
       ON CONFLICT (code) DO NOTHING
       RETURNING agency_id
     )
     SELECT (SELECT count(*) FROM created)::int AS created,
       (SELECT count(*) FROM changed WHERE closed)::int AS closed,
       (SELECT count(*) FROM (
         SELECT id FROM changed WHERE NOT closed
         UNION SELECT agency_id FROM codes WHERE agency_id NOT IN (SELECT id FROM created)
           AND agency_id NOT IN (SELECT id FROM changed WHERE closed)
       ) touched)::int AS updated`,
  );
  if (!counts) throw new Error('SELECT without FROM always has one row');
  return counts;
}

/** An agency lies one level below its parent, also when it was the parent that moved. */
async function settleLevels(manager: EntityManager): Promise<void> {
  await manager.query(
    `WITH RECURSIVE tree AS (
       SELECT id, 1 AS level FROM agencies WHERE parent_id IS NULL
       UNION ALL SELECT a.id, tree.level + 1 FROM tree JOIN agencies a ON a.parent_id = tree.id
     )
     UPDATE agencies a SET level = tree.level FROM tree WHERE a.id = tree.id AND a.level <> tree.level`,
  );
}
