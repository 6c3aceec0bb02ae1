import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgencyCode } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import type { DataSource } from 'typeorm';
import { importRows, joinSystem } from '../testing/directory';
import { Directory } from './directory.store';
import { directoryText } from './write-file';

let storage: TestStorage;
let database: DataSource;
let directory: Directory;
let folder: string;

beforeAll(async () => {
  storage = await testStorage();
  database = storage.dataSource;
  directory = new Directory(database);
  folder = await mkdtemp(join(tmpdir(), 'axis-directory-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await storage.drop();
});
beforeEach(() => database.query('TRUNCATE agencies, agency_codes, systems CASCADE'));

/** Everything there is in a directory, but for what is its own: ids, numbers, versions and times. */
async function content(): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const { id: _, parentId: __, version: ___, updatedAt: ____, ...entry } of directory.entries())
    entries.push(entry);
  return entries;
}

/** Agencies with all that a file can say, and what is hard to write. */
async function fill(): Promise<void> {
  const { created } = await directory.importFile('deploy/sample/agencies.csv');
  await importRows(
    database,
    {
      code: 'G12',
      code_since: '2020-09-22',
      old_code: '000.00.00.G12',
      other_codes: 'G12.OLD 2015-01-01/2020-09-21; taichinh.01; 000.00.12.G12 /2016-03-31',
      name: 'Bộ "Tài chính", cơ quan của Chính phủ',
      address: '28 Trần Hưng Đạo,\tHà Nội'.replace('\t', ' '),
      fax: '024 5550 0002',
      website: 'https://btc.agency.example',
      in_charge: 'Chính phủ; =CMD',
      sample: 'true',
    },
    { code: 'G12.38.9', name: 'Đổi mã', parent_code: 'G12.38' },
  );
  await importRows(database, { code: 'G12.38.10', other_codes: 'G12.38.9', name: 'Đổi mã', parent_code: 'G12.38' });
  await importRows(database, { code: 'G12.38.11', name: 'Đổi mã', other_codes: 'G12.38.10 /2026-01-31' });
  const caller = await joinSystem(database, 'dms', 'G12');
  await directory.register(caller, { code: 'G12.97', name: 'Cục Một', parentCode: 'G12' });
  await directory.register(caller, { code: 'G12.98', oldCode: '000.00.98.G12', name: 'Cục Hai', parentCode: 'G12' });
  await directory.remove(caller, 'G12.97' as AgencyCode, 'G12.98' as AgencyCode);
  expect(created).toBeGreaterThan(60);
}

describe.each(['csv', 'json', 'ndjson'])('a directory exported as .%s', (extension) => {
  const file = () => join(folder, `agencies.${extension}`);

  it('and imported again changes nothing', async () => {
    await fill();
    const version = await directory.version();
    await directory.exportFile(file());
    expect(await directory.importFile(file())).toMatchObject({ created: 0, updated: 0, closed: 0, refused: [] });
    expect(await directory.version()).toBe(version);
  });

  it('and imported elsewhere is the same there, and writes the same file', async () => {
    await fill();
    const before = await content();
    await directory.exportFile(file());
    const text = await readFile(file(), 'utf8');
    await database.query('TRUNCATE agencies, agency_codes CASCADE');
    const { created, refused } = await directory.importFile(file());
    expect({ created, refused }).toEqual({ created: before.length, refused: [] });
    expect(await content()).toEqual(before);
    await directory.exportFile(file());
    expect(await readFile(file(), 'utf8')).toBe(text);
  });

  it('is a readable file also when there is nobody', async () => {
    await directory.exportFile(file());
    expect((await directory.importFile(file())).refused).toEqual([]);
  });
});

it('is written in pieces', async () => {
  await importRows(
    database,
    ...Array.from({ length: 2_500 }, (_, n) => ({ code: `G${n}`, name: `Cơ quan số ${n} `.repeat(10).trim() })),
  );
  const lengths: number[] = [];
  for await (const piece of directoryText(directory.entries(), 'csv')) lengths.push(piece.length);
  expect(lengths.length).toBeGreaterThan(5);
  expect(Math.max(...lengths)).toBeLessThan(70_000);
});
