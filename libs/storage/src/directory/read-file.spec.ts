import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgencyRow, parseAgencyRow, planDirectory, Refusal } from '@axis/edoc';
import { readDirectoryFile, type ReadRow } from './read-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axis-directory-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function readFile(path: string): Promise<ReadRow[]> {
  const rows: ReadRow[] = [];
  for await (const row of readDirectoryFile(path)) rows.push(row);
  return rows;
}

async function read(name: string, content: string | Buffer): Promise<ReadRow[]> {
  await writeFile(join(folder, name), content);
  return readFile(join(folder, name));
}

async function problemOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  if (!(error instanceof Refusal)) throw new Error('expected a refusal');
  return error.message;
}

describe('a CSV directory', () => {
  it('is read by its header, with quotes, empty lines and a byte order mark', async () => {
    expect(await read('a.csv', '\uFEFFname,code\r\n\r\n"Bộ ""Tài chính"", cũ",G12\r\n')).toEqual([
      { kind: 'read', row: { line: 3, values: { name: 'Bộ "Tài chính", cũ', code: 'G12' } } },
    ]);
  });

  it('tells the line of a row with too few or too many values', async () => {
    const rows = await read('b.csv', 'code,name\nG12\nG13,Bộ,x\nG14,Bộ\n');
    expect(rows.map((row) => (row.kind === 'faulty' ? row.findings[0]?.line : row.row.values['code']))).toEqual([
      2,
      3,
      'G14',
    ]);
  });

  it.each([
    ['', 'line 1: the file is empty'],
    ['code;name\nG12;Bộ\n', 'line 1: column code;name is not known'],
    ['code,name,parrent_code\n', 'line 1: column parrent_code is not known'],
    ['code\nG12\n', 'line 1: column name is missing'],
    ['code,name\nG12,"Bộ\n', 'Quote Not Closed'],
  ])('%j is refused as a whole: %s', async (content, message) => {
    expect(await problemOf(read('c.csv', content))).toContain(message);
  });

  it('in another encoding than UTF-8 is seen to be garbled', async () => {
    const [row] = await read('d.csv', Buffer.from('code,name\nG12,B\u00f4 Tai chinh\n', 'latin1'));
    expect(row?.kind === 'read' && parseAgencyRow(row.row)).toMatchObject({ findings: [{ fault: 'text_garbled' }] });
  });
});

describe('a JSON directory', () => {
  it('is read with its lines, plain values as text', async () => {
    expect(await read('a.json', '[\n {"code":"G12","name":"Bộ","sample":true,"parent_code":null}\n]')).toEqual([
      { kind: 'read', row: { line: 2, values: { code: 'G12', name: 'Bộ', sample: 'true', parent_code: '' } } },
    ]);
  });

  it('tells unknown fields, missing ones and values that are none', async () => {
    const rows = await read('b.json', '[{"code":"G12","names":"Bộ"},\n{"code":["G12"],"name":"Bộ"}]');
    expect(
      rows.flatMap((row) => (row.kind === 'faulty' ? row.findings : [])).map(({ line, reason }) => [line, reason]),
    ).toEqual([
      [1, 'column names is not known'],
      [1, 'column name is missing'],
      [2, 'code is no plain value'],
    ]);
  });

  it('that is none is refused as a whole', async () => {
    expect(await problemOf(read('c.json', '[{"code":"G12",}]'))).toContain('directory.file_invalid');
  });
});

describe('the sample directory', () => {
  it.each([
    ['agencies.csv', 60],
    ['agencies.json', 5],
  ])('%s imports without a finding, and says it is sample data', async (name, atLeast) => {
    const parsed = (await readFile(join('deploy/sample', name))).map((read) =>
      read.kind === 'read' ? parseAgencyRow(read.row) : read,
    );
    const rows = parsed.flatMap((row): AgencyRow[] => (row.kind === 'row' ? [row.row] : []));
    expect(rows).toHaveLength(parsed.length);
    expect(rows.length).toBeGreaterThanOrEqual(atLeast);
    expect(rows.every((row) => row.sample)).toBe(true);
    expect(planDirectory(rows, () => undefined).refused).toEqual([]);
  });
});
