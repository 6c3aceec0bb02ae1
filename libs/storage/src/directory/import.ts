import {
  type AgencyCode,
  type AgencyId,
  type AgencyRow,
  type CalendarDate,
  type DirectoryFinding,
  generationOf,
  type KnownAgency,
  newAgencyId,
  parseAgencyRow,
  planDirectory,
  type PlannedAgency,
  vietnamDate,
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
    await manager.query('SELECT lock_directory()');
    const known = await knownAgencies(manager);
    const plan = planDirectory(sound, (code) => known.get(code));
    await bringIn(manager, plan.agencies);
    const changes = await applyChanges(manager, vietnamDate(new Date()));
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
       SELECT id, code, name, short_name, parent_id, status, successor_id, closed_on, email, phone, fax, address, website,
         in_charge, sample
       FROM agencies WITH NO DATA;
     CREATE TEMPORARY TABLE incoming_codes ON COMMIT DROP AS
       SELECT code, agency_id, generation, since, until FROM agency_codes WITH NO DATA`,
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
         $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::boolean[])`,
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
        column(({ row }) => row.fax),
        column(({ row }) => row.address),
        column(({ row }) => row.website),
        column(({ row }) => row.inCharge),
        column(({ row }) => row.sample),
      ],
    );
    const codes = batch.flatMap(({ row }) => row.codes.map((held) => ({ ...held, id: idOf(row) })));
    await manager.query(
      `INSERT INTO incoming_codes SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::date[], $5::date[])`,
      [
        codes.map(({ code }) => code),
        codes.map(({ id }) => id),
        codes.map(({ code }) => generationOf(code)),
        codes.map(({ since }) => since),
        codes.map(({ until }) => until),
      ],
    );
  }
  await manager.query('ANALYZE incoming; ANALYZE incoming_codes');
}

/**
 * An agency's former codes stay its own, and documents addressed to them still arrive: a code that another of its
 * generation has taken the place of has ended today, unless the file says when. Texts that the file has no column for stay.
 */
async function applyChanges(
  manager: EntityManager,
  today: CalendarDate,
): Promise<Pick<DirectoryImport, 'created' | 'updated' | 'closed'>> {
  const [counts] = await manager.query<{ created: number; updated: number; closed: number }[]>(
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
       SELECT id, placed.level, ${COLUMNS.join(', ')} FROM wanted JOIN placed USING (id)
       RETURNING id
     ), wanted_codes AS (
       SELECT i.code, i.agency_id, i.generation, i.until,
         COALESCE(i.since, k.since, CASE WHEN k.code IS NULL AND NOT w.is_new THEN $1::date END) AS since
       FROM incoming_codes i JOIN wanted w ON w.id = i.agency_id LEFT JOIN agency_codes k ON k.code = i.code
       WHERE k.code IS NULL OR (COALESCE(i.since, k.since), i.until) IS DISTINCT FROM (k.since, k.until)
     ), codes AS (
       INSERT INTO agency_codes (code, agency_id, generation, since, until)
       SELECT code, agency_id, generation, since, until FROM wanted_codes
       ON CONFLICT (code) DO UPDATE SET since = excluded.since, until = excluded.until
       RETURNING agency_id
     ), ended AS (
       UPDATE agency_codes k SET until = $1::date
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

const TEXTS = ['short_name', 'email', 'phone', 'fax', 'address', 'website', 'in_charge'];
const COLUMNS = ['code', 'name', 'parent_id', 'status', 'successor_id', 'closed_on', 'sample', ...TEXTS];

const columnsOf = (alias: string): string => COLUMNS.map((column) => `${alias}.${column}`).join(', ');

/** An agency lies one level below its parent, also when it was the parent that moved. New ones do already. */
async function settleLevels(manager: EntityManager): Promise<void> {
  await manager.query(
    `WITH RECURSIVE tree AS (
       SELECT id, 1 AS level FROM agencies WHERE parent_id IS NULL
       UNION ALL SELECT a.id, tree.level + 1 FROM tree JOIN agencies a ON a.parent_id = tree.id
     )
     UPDATE agencies a SET level = tree.level FROM tree WHERE a.id = tree.id AND a.level <> tree.level`,
  );
}
