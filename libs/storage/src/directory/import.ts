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
  vietnamDate,
} from '@axis/edoc';
import type { DataSource, EntityManager } from 'typeorm';
import { type Applied, applyIncoming, settleLevels } from './apply-incoming';
import type { ReadRow } from './read-file';

/** What an import did. Agencies the file does not name stay as they are and are counted nowhere. */
export interface DirectoryImport extends Applied {
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
    const changes = await applyIncoming(manager, vietnamDate(new Date()));
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
