import { type AgencyCode, vietnamDate } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import type { DataSource } from 'typeorm';
import { importRows as importIn, readRows, type Values } from '../testing/directory';
import { findEntry } from './entries';
import { importDirectory } from './import';
import { readDirectoryFile, type ReadRow } from './read-file';
import { resolveAgencies } from './resolve';

let storage: TestStorage;
let database: DataSource;

beforeAll(async () => {
  storage = await testStorage();
  database = storage.dataSource;
});
afterAll(() => storage.drop());
beforeEach(() => database.query('TRUNCATE agencies, agency_codes CASCADE'));

const importRows = (...rows: Values[]) => importIn(database, ...rows);
const importSample = () => importDirectory(database, readDirectoryFile('deploy/sample/agencies.csv'));
const counts = ({ created, updated, closed, unchanged }: Awaited<ReturnType<typeof importDirectory>>) =>
  [created, updated, closed, unchanged].join(' ');

/** Each code of an agency and when it was had. */
async function codesOf(code: string): Promise<string[]> {
  const entry = await findEntry(database.manager, code as AgencyCode);
  const today = vietnamDate(new Date());
  const day = (date: string | null) => (date === today ? 'today' : (date ?? ''));
  return (entry?.codes ?? []).map((held) => `${held.code} ${day(held.since)}–${day(held.until)}`).sort();
}

describe('importing the directory', () => {
  it('creates every agency with its parent, successor, level and codes', async () => {
    const report = await importSample();
    expect(report.refused).toEqual([]);
    expect(report.created).toBeGreaterThanOrEqual(60);
    expect(
      await database.query(
        `SELECT a.code, a.level, p.code AS parent, s.code AS successor, a.closed_on, a.sample
         FROM agencies a LEFT JOIN agencies p ON p.id = a.parent_id LEFT JOIN agencies s ON s.id = a.successor_id
         WHERE a.code IN ('G12', 'G12.18', 'H17.10.03.02') ORDER BY a.code`,
      ),
    ).toEqual([
      { code: 'G12', level: 1, parent: null, successor: null, closed_on: null, sample: true },
      { code: 'G12.18', level: 2, parent: 'G12', successor: 'G12.38', closed_on: '2025-03-01', sample: true },
      { code: 'H17.10.03.02', level: 4, parent: 'H17.10.03', successor: null, closed_on: null, sample: true },
    ]);
  });

  it('again changes nothing', async () => {
    const { created } = await importSample();
    expect(await importSample()).toEqual({ created: 0, updated: 0, closed: 0, unchanged: created, refused: [] });
  });

  it('tells created, updated and closed apart', async () => {
    await importRows({ code: 'G01', name: 'Một' }, { code: 'G02', name: 'Hai' }, { code: 'G03', name: 'Ba' });
    const report = await importRows(
      { code: 'G01', name: 'Một' },
      { code: 'G02', name: 'Hai mới', email: 'vanthu@agency.example' },
      { code: 'G03', name: 'Ba', status: 'closed', successor_code: 'G04', closed_on: '2025-07-01' },
      { code: 'G04', name: 'Bốn' },
    );
    expect(counts(report)).toBe('1 1 1 1');
  });

  it('leaves agencies alone that the file does not name', async () => {
    await importRows({ code: 'G01', name: 'Một' });
    expect(counts(await importRows({ code: 'G02', name: 'Hai' }))).toBe('1 0 0 0');
    expect(await database.query('SELECT code FROM agencies ORDER BY code')).toHaveLength(2);
  });

  it('refuses faulty rows and those that need them by line, and imports the others', async () => {
    const report = await importRows(
      { code: 'G01', name: 'Một' },
      { code: 'G02', name: '' },
      { code: 'G02.01', name: 'Thuộc Hai', parent_code: 'G02' },
      { code: 'G01', name: 'Một lần nữa' },
      { code: 'G03', name: 'Ba', parent_code: 'G01' },
    );
    expect(report.refused.map(({ line, fault }) => `${line} ${fault}`)).toEqual([
      '3 value_missing',
      '4 parent_unknown',
      '5 code_repeated',
    ]);
    expect(report.created).toBe(2);
  });

  it('keeps the codes an agency had before, so that documents to them still arrive', async () => {
    await importRows({ code: '000.00.00.G12', name: 'Bộ Tài chính' });
    expect(counts(await importRows({ code: 'G12', old_code: '000.00.00.G12', name: 'Bộ Tài chính' }))).toBe('0 1 0 0');
    const [old, current] = await Promise.all(['000.00.00.G12', 'G12'].map((code) => resolveOne(code)));
    expect(old).toMatchObject({ kind: 'found', agency: { code: 'G12' }, via: [] });
    expect(current).toEqual(old);
  });

  it('counts an agency that only gains a code as updated', async () => {
    await importRows({ code: 'G12', name: 'Bộ Tài chính' });
    expect(counts(await importRows({ code: 'G12', old_code: '000.00.00.G12', name: 'Bộ Tài chính' }))).toBe('0 1 0 0');
  });

  it('ends a code that another of its generation takes the place of, and keeps those of others', async () => {
    await importRows({ code: 'G12.18', old_code: '000.00.18.G12', other_codes: 'thue.01', name: 'Thuế' });
    expect(await codesOf('thue.01')).toEqual(['000.00.18.G12 –', 'G12.18 –', 'thue.01 –']);
    await importRows({ code: 'G12.38', old_code: '000.00.18.G12', name: 'Thuế' });
    expect(await codesOf('G12.18')).toEqual(['000.00.18.G12 –', 'G12.18 –today', 'G12.38 today–', 'thue.01 –']);
    await importRows({ code: 'G12.18', old_code: '000.00.18.G12', name: 'Thuế' });
    expect(await codesOf('G12.18')).toEqual(['000.00.18.G12 –', 'G12.18 –', 'G12.38 today–today', 'thue.01 –']);
  });

  it('takes the days of codes from the file, and what it does not say from what was known', async () => {
    const row = { code: 'G12.38', code_since: '2025-03-01', name: 'Thuế' };
    await importRows({ ...row, other_codes: 'G12.18 2020-09-22/2025-02-28; 000.00.18.G12 2016-04-01/' });
    const codes = ['000.00.18.G12 2016-04-01–', 'G12.18 2020-09-22–2025-02-28', 'G12.38 2025-03-01–'];
    expect(await codesOf('G12.38')).toEqual(codes);
    expect(counts(await importRows({ code: 'G12.38', old_code: '000.00.18.G12', name: 'Thuế' }))).toBe('0 0 0 1');
    expect(await codesOf('G12.38')).toEqual(codes);
    await importRows({ ...row, other_codes: 'G12.18 /2019-12-31; 000.00.18.G12' });
    expect(await codesOf('G12.38')).toEqual([codes[0], 'G12.18 –2019-12-31', codes[2]]);
  });

  it('keeps contacts that the file has no column for, and drops those it says are none', async () => {
    const contacts = { email: 'a@b.example', phone: '1', fax: '2', address: 'Hà Nội', website: 'w', in_charge: 'Bộ' };
    await importRows({ code: 'G01', name: 'Một', short_name: 'M', ...contacts });
    expect(counts(await importRows({ code: 'G01', name: 'Một' }))).toBe('0 0 0 1');
    expect(counts(await importRows({ code: 'G01', name: 'Một', fax: '', email: 'c@d.example' }))).toBe('0 1 0 0');
    expect(
      await database.query('SELECT short_name, email, phone, fax, address, website, in_charge FROM agencies'),
    ).toEqual([{ ...contacts, short_name: 'M', email: 'c@d.example', fax: null }]);
  });

  it('moves the levels of all below an agency that moves', async () => {
    await importRows(
      { code: 'A', name: 'A' },
      { code: 'B', name: 'B' },
      { code: 'B.1', name: 'B.1', parent_code: 'B' },
      { code: 'B.1.1', name: 'B.1.1', parent_code: 'B.1' },
    );
    await importRows({ code: 'B', name: 'B', parent_code: 'A' });
    expect(await database.query(`SELECT level FROM agencies WHERE code = 'B.1.1'`)).toEqual([{ level: 4 }]);
  });

  it('by two at once ends as by one after the other', async () => {
    const reports = await Promise.all([importSample(), importSample()]);
    expect(reports.map(({ created }) => created).sort((a, b) => a - b)[0]).toBe(0);
    expect(reports.map(({ refused }) => refused)).toEqual([[], []]);
  });

  it('stores nothing when the file breaks off midway', async () => {
    async function* broken(): AsyncGenerator<ReadRow> {
      yield* readRows([{ code: 'G01', name: 'Một' }]);
      throw new Error('the disk is gone');
    }
    await expect(importDirectory(database, broken())).rejects.toThrow('the disk is gone');
    expect(await database.query('SELECT FROM agencies')).toEqual([]);
  });
});

const resolveOne = async (code: string) =>
  (await resolveAgencies(database.manager, [code as AgencyCode])).get(code as AgencyCode);

describe('resolving addressees', () => {
  const CODES = ['G12', '000.00.00.G12', '000.00.18.G12', 'H17.22.28', 'G24', 'X99', 'vxp.saas.03'] as AgencyCode[];

  it('answers each asked code in one query: active, by old code, succeeded, closed and unknown', async () => {
    await importSample();
    const answers = await resolveAgencies(database.manager, CODES);
    expect([...answers.keys()]).toEqual(CODES);
    expect([...answers.values()]).toMatchObject([
      { kind: 'found', agency: { code: 'G12', name: 'Bộ Tài chính' }, via: [] },
      { kind: 'found', agency: { code: 'G12' }, via: [] },
      { kind: 'found', agency: { code: 'G12.38' }, via: ['G12.18'] },
      { kind: 'found', agency: { code: 'H17.61' }, via: ['H17.22.28', 'H17.22.31'] },
      { kind: 'closed', agency: { code: 'G24' }, via: [] },
      { kind: 'unknown', code: 'X99' },
      { kind: 'found', agency: { code: 'vxp.saas.03' } },
    ]);
  });

  it('ends on a circle that reached the tables by another way', async () => {
    await importRows({ code: 'G01', name: 'Một' }, { code: 'G02', name: 'Hai' });
    await database.query(
      `UPDATE agencies a SET status = 'closed', successor_id = b.id FROM agencies b WHERE a.code <> b.code`,
    );
    expect(await resolveOne('G01')).toEqual({ kind: 'cycle', chain: ['G01', 'G02'] });
  });

  it('answers nothing for nothing', async () => {
    expect((await resolveAgencies(database.manager, [])).size).toBe(0);
  });
});
