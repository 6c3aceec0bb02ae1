import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram, testStorage, type TestStorage } from '@axis/testing';
import { readRows, type Values } from '../testing/directory';
import { Directory } from './directory.store';
import { importDirectory } from './import';

jest.setTimeout(120_000);

let storage: TestStorage;
let directory: Directory;

beforeAll(async () => {
  storage = await testStorage();
  directory = new Directory(storage.dataSource);
});
afterAll(() => storage.drop());

const MIB = 1024 ** 2;

describe('a directory of 125,000 agencies', () => {
  it('is imported in less than 30 seconds, the first time and again', async () => {
    const first = await timed(() => importDirectory(storage.dataSource, readRows(country())));
    expect(first.result).toMatchObject({ created: 125_000, refused: [] });
    const again = await timed(() => importDirectory(storage.dataSource, readRows(country())));
    expect(again.result).toMatchObject({ unchanged: 125_000, refused: [] });
    expect(Math.max(first.seconds, again.seconds)).toBeLessThan(30);
  });

  it('is written whole in less than 20 seconds and no more memory than half of it, and imported again without a change', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'axis-directory-'));
    try {
      const file = join(folder, 'agencies.csv');
      const { growth, seconds } = await exported(file);
      expect(growth).toBeLessThan(48 * MIB);
      expect(seconds).toBeLessThan(20);
      expect((await stat(file)).size).toBeGreaterThan(10 * MIB);
      expect(await directory.importFile(file)).toMatchObject({ unchanged: 125_000, refused: [] });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is followed by reading what changed, no more', async () => {
    const version = await directory.version();
    await storage.dataSource.query(`UPDATE agencies SET email = 'a@b.example' WHERE code IN ('G1', 'G2', 'G3')`);
    const { result, seconds } = await timed(() => directory.listSince(version, 1000));
    expect(result.entries).toHaveLength(3);
    expect(seconds).toBeLessThan(0.5);
    const plan = await storage.dataSource.query<unknown[]>(
      `EXPLAIN SELECT * FROM agencies WHERE version > ${version} ORDER BY version LIMIT 1000`,
    );
    expect(JSON.stringify(plan)).toContain('Index Scan using agencies_version');
  });
});

/** Exports in a process of its own. @returns how many bytes more its second half took than its first, and how long it took */
async function exported(file: string): Promise<{ growth: number; seconds: number }> {
  const program = `
    require('reflect-metadata');
    const { createDataSource, Directory, directoryText } = require('@axis/storage');
    const { createWriteStream } = require('node:fs');
    const { pipeline } = require('node:stream/promises');
    async function* watched(entries) {
      let told = 0;
      let idle = 0;
      let peak = 0;
      for await (const entry of entries) {
        told++;
        if (told % 1000 === 0) {
          const { rss } = process.memoryUsage();
          if (told <= 60_000) idle = Math.max(idle, rss);
          peak = Math.max(peak, rss);
        }
        yield entry;
      }
      result.growth = peak - idle;
    }
    const result = {};
    createDataSource(process.env.URL).initialize().then(async (database) => {
      const started = performance.now();
      const entries = watched(new Directory(database).entries());
      await pipeline(directoryText(entries, 'csv'), createWriteStream(process.env.FILE));
      result.seconds = (performance.now() - started) / 1000;
      console.log(JSON.stringify(result));
      await database.destroy();
    });
  `;
  const child = childProgram(program, { env: { URL: storage.url, FILE: file } });
  return JSON.parse(await child.firstLine) as { growth: number; seconds: number };
}

/** A catalogue of the country's size: 25 at the top, four levels, children before parents. */
function* country(): Generator<Values> {
  for (let n = 124_999; n >= 0; n--) {
    const code = codeOf(n);
    const parent = code.split('.').slice(0, -1).join('.');
    yield { code, name: `Cơ quan số ${n}`, parent_code: parent, email: `vanthu${n}@agency.example`, phone: `024 ${n}` };
  }
}

/** 25 × 10 × 20 × 25 names, and the levels above them: n counts through all, top level first. */
function codeOf(n: number): string {
  if (n < 25) return `G${n}`;
  if (n < 275) return `${codeOf((n - 25) % 25)}.${n}`;
  return n < 5_275 ? `${codeOf(25 + ((n - 275) % 250))}.${n}` : `${codeOf(275 + ((n - 5_275) % 5_000))}.${n}`;
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const started = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - started) / 1000 };
}
