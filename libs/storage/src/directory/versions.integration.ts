import { setTimeout as pause } from 'node:timers/promises';
import type { AgencyCode } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import type { DataSource } from 'typeorm';
import { importRows, joinSystem, readRows } from '../testing/directory';
import { Directory } from './directory.store';
import { importDirectory } from './import';
import type { ReadRow } from './read-file';

let storage: TestStorage;
let database: DataSource;
let directory: Directory;

beforeAll(async () => {
  storage = await testStorage();
  database = storage.dataSource;
  directory = new Directory(database);
});
afterAll(() => storage.drop());
beforeEach(() => database.query('TRUNCATE agencies, agency_codes, systems CASCADE'));

/** The codes of what is told to have changed since. */
async function changedSince(version: number): Promise<string[]> {
  return (await directory.listSince(version, 1000)).entries.map(({ code }) => code);
}

async function idOf(code: string) {
  const found = (await directory.resolve([code as AgencyCode])).get(code as AgencyCode);
  if (found?.kind !== 'found') throw new Error(`${code} is not there`);
  return found.agency.id;
}

describe('what changed since a version', () => {
  beforeEach(() =>
    importRows(
      database,
      { code: 'G01', name: 'Một' },
      { code: 'G02', name: 'Hai' },
      { code: 'G02.01', name: 'Thuộc Hai', parent_code: 'G02' },
    ),
  );

  it('is everything since 0, and nothing since the last', async () => {
    const { entries, next, more } = await directory.listSince(0, 1000);
    expect(entries.map(({ code }) => code).sort()).toEqual(['G01', 'G02', 'G02.01']);
    expect(new Set(entries.map(({ version }) => version)).size).toBe(3);
    expect(more).toBe(false);
    expect(next).toBe(await directory.version());
    expect(await directory.listSince(next, 1000)).toEqual({ entries: [], next, more: false });
  });

  it('comes page by page without loss or double', async () => {
    const seen: string[] = [];
    for (let since = 0, more = true; more;) {
      const page = await directory.listSince(since, 2);
      seen.push(...page.entries.map(({ code }) => code));
      ({ next: since, more } = page);
    }
    expect(seen.sort()).toEqual(['G01', 'G02', 'G02.01']);
  });

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['a name', () => importRows(database, { code: 'G01', name: 'Một mới' }), ['G01']],
    ['a contact', () => importRows(database, { code: 'G01', name: 'Một', website: 'g01.example' }), ['G01']],
    ['a new agency', () => importRows(database, { code: 'G03', name: 'Ba' }), ['G03']],
    ['a new code', () => importRows(database, { code: 'G01', old_code: '000.00.00.G01', name: 'Một' }), ['G01']],
    ['a closing', () => importRows(database, { code: 'G01', name: 'Một', status: 'closed' }), ['G01']],
    ['a level', () => importRows(database, { code: 'G02', name: 'Hai', parent_code: 'G01' }), ['G02', 'G02.01']],
    ['a signer', async () => directory.registerSigner(await idOf('G01'), 'CN=Một', 'agency'), ['G01']],
    ['a system that serves it', () => joinSystem(database, 'dms', 'G01'), ['G01']],
    ['plain SQL', () => database.query(`UPDATE agencies SET email = 'a@b' WHERE code = 'G01'`), ['G01']],
  ])('tells %s', async (_, change, changed) => {
    const before = await directory.version();
    await change();
    expect(await changedSince(before)).toEqual(changed);
  });

  it('tells that a system serves an agency no more, under another name, or is not active', async () => {
    await joinSystem(database, 'dms', 'G01', 'G02');
    const since = async (change: () => Promise<unknown>) => {
      const before = await directory.version();
      await change();
      return changedSince(before);
    };
    expect(await since(() => joinSystem(database, 'dms', 'G02'))).toEqual(['G01']);
    expect(await since(() => joinSystem(database, 'dms', 'G02'))).toEqual([]);
    expect(await since(() => database.query(`UPDATE systems SET name = 'Khác'`))).toEqual(['G02']);
    expect(await since(() => database.query('UPDATE systems SET active = false'))).toEqual(['G02']);
    expect(await since(() => database.query(`UPDATE systems SET secret_sha256 = ''`))).toEqual([]);
  });

  it('is nothing when an import or a binding changes nothing', async () => {
    await directory.registerSigner(await idOf('G01'), 'CN=Một', 'agency');
    const before = await directory.version();
    await importRows(database, { code: 'G01', name: 'Một' });
    await directory.registerSigner(await idOf('G01'), 'CN=Một', 'agency');
    expect(await directory.version()).toBe(before);
  });

  it('of a version that is yet to come is refused', async () => {
    const current = await directory.version();
    await expect(directory.listSince(current + 1, 10)).rejects.toThrow('directory.version_ahead');
  });
});

const bySerial = ([a]: readonly [number, number], [b]: readonly [number, number]) => a - b;

/** Something to wait for. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('versions', () => {
  it('are seen in their order, however many change the directory at once', async () => {
    await importRows(database, ...Array.from({ length: 20 }, (_, n) => ({ code: `G${n}`, name: `Số ${n}` })));
    let over = false;
    const known = new Map<number, number>();
    const follow = async () => {
      for (let since = 0; !over || (await directory.version()) > since;) {
        const { entries, next } = await directory.listSince(since, 7);
        for (const { id, version } of entries) {
          expect(version).toBeGreaterThan(since);
          known.set(id, version);
        }
        since = next;
      }
    };
    const write = async (writer: number) => {
      for (let n = 0; n < 15; n++) {
        const code = `G${(n * 7 + writer) % 20}`;
        if (writer % 2) await importRows(database, { code, name: `${writer}-${n}` });
        else
          await database.transaction(async (manager) => {
            await manager.query('UPDATE agencies SET short_name = $2 WHERE code = $1', [code, `${writer}-${n}`]);
            await pause(n % 5);
          });
      }
    };
    const following = follow();
    await Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer)));
    over = true;
    await following;
    const rows = await database.query<{ serial: number; version: string }[]>('SELECT serial, version FROM agencies');
    const actual = rows.map(({ serial, version }) => [serial, Number(version)] as const);
    expect([...known].sort(bySerial)).toEqual(actual.sort(bySerial));
  });

  it('of an import are seen all at once, and what comes after it waits', async () => {
    await importRows(database, { code: 'G01', name: 'Một' });
    const before = await directory.version();
    const holding = gate();
    const enough = gate();
    // Holds the directory as an import does that is not through yet.
    const importing = database.transaction(async (manager) => {
      await manager.query(`UPDATE agencies SET name = 'Một mới'`);
      holding.open();
      await enough.opened;
    });
    await holding.opened;
    const later = importRows(database, { code: 'G02', name: 'Hai' });
    await pause(100);
    expect(await directory.listSince(before, 10)).toEqual({ entries: [], next: before, more: false });
    enough.open();
    await Promise.all([importing, later]);
    const { entries } = await directory.listSince(before, 10);
    expect(entries.map(({ name }) => name)).toEqual(['Một mới', 'Hai']);
  });

  it('in the making hold up nobody whose rows refer to the agency', async () => {
    await importRows(database, { code: 'G01', name: 'Một' });
    const id = await idOf('G01');
    const enough = gate();
    const holding = gate();
    const changing = database.transaction(async (manager) => {
      await manager.query(`UPDATE agencies SET name = 'Một mới'`);
      holding.open();
      await enough.opened;
    });
    await holding.opened;
    try {
      await database.query('INSERT INTO arrival_registers (agency_id, year, last) VALUES ($1, 2026, 1)', [id]);
    } finally {
      enough.open();
      await changing;
    }
  });

  it('of an import that fails are nobody else’s', async () => {
    async function* broken(): AsyncGenerator<ReadRow> {
      yield* readRows([{ code: 'G01', name: 'Một' }]);
      throw new Error('the disk is gone');
    }
    await expect(importDirectory(database, broken())).rejects.toThrow('the disk is gone');
    await importRows(database, { code: 'G02', name: 'Hai' });
    expect(await changedSince(0)).toEqual(['G02']);
  });
});
