import { testDatabase, type TestDatabase } from '@axis/testing';
import { DataSource } from 'typeorm';
import { createDataSource, dataSourceOptions } from '../data-source';
import { Directory } from '../directory/directory.store';
import { migrate } from '../migrator';
import { FirstSchema1763700000000 } from './1763700000000-first-schema';
import { LifeOfADocument1763800000000 } from './1763800000000-life-of-a-document';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('agencies that were there before the directory had versions have one each, and a number of their own', async () => {
  const before = new DataSource({
    ...dataSourceOptions({ url: database.url, pool: 2 }),
    migrations: [FirstSchema1763700000000, LifeOfADocument1763800000000],
  });
  await before.initialize();
  await before.runMigrations();
  await before.query(
    `WITH agency AS (
       INSERT INTO agencies (id, code, name, level, status)
       SELECT gen_random_uuid(), 'G' || n, 'Số ' || n, 1, 'active' FROM generate_series(1, 50) n RETURNING id, code
     )
     INSERT INTO agency_codes (code, agency_id, generation) SELECT code, id, 'new' FROM agency`,
  );
  await before.destroy();

  await migrate(database.url);
  const now = await createDataSource(database.url, { pool: 2 }).initialize();
  try {
    const { entries, more } = await new Directory(now).listSince(0, 100);
    expect({ length: entries.length, more }).toEqual({ length: 50, more: false });
    expect(new Set(entries.map(({ version }) => version)).size).toBe(50);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(50);
    expect(entries[0]?.codes).toMatchObject([{ current: true }]);
  } finally {
    await now.destroy();
  }
});
