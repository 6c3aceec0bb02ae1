import { newDocumentId } from '@axis/edoc';
import { childProgram, testDatabase, type TestDatabase, testStorage, type TestStorage } from '@axis/testing';
import { createDataSource } from './data-source';
import { migrations } from './migrations';
import { ensurePartitions } from './partitions';

describe('the schema', () => {
  let storage: TestStorage;
  beforeAll(async () => {
    storage = await testStorage();
  });
  afterAll(() => storage.drop());

  const missing = async () => (await storage.dataSource.driver.createSchemaBuilder().log()).upQueries;

  it('made by the migrations is the one the entities describe', async () => {
    expect((await missing()).map(({ query }) => query)).toEqual([]);
  });

  it.each([
    ['a column of a partitioned table', 'ALTER TABLE deliveries DROP COLUMN reason'],
    ['a type', 'ALTER TABLE documents ALTER urgency TYPE integer'],
    ['a NOT NULL', 'ALTER TABLE documents ALTER subject DROP NOT NULL'],
    ['an index', 'DROP INDEX deliveries_inbox'],
    ['a foreign key', 'ALTER TABLE agency_codes DROP CONSTRAINT agency_codes_agency_id_fkey'],
    ['a check', 'ALTER TABLE contents DROP CONSTRAINT contents_whole_or_chunked'],
  ])('and %s that differs would be seen', async (_, change) => {
    const other = await testStorage({ pool: 2 });
    try {
      await other.dataSource.query(change);
      expect((await other.dataSource.driver.createSchemaBuilder().log()).upQueries).not.toEqual([]);
    } finally {
      await other.drop();
    }
  });

  it('refuses to change what is append-only', async () => {
    const documentId = newDocumentId();
    await storage.dataSource.query(
      `INSERT INTO receipts (document_id, id, kind, occurred_at, jws) VALUES ($1, $2, 'ContentHandover', now(), 'x')`,
      [documentId, newDocumentId()],
    );
    await expect(storage.dataSource.query(`UPDATE receipts SET jws = 'y'`)).rejects.toThrow('append-only');
    await expect(storage.dataSource.query('DELETE FROM receipts')).rejects.toThrow('append-only');
  });
});

describe('migrating', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  it('by five processes at once does it once', async () => {
    const program = `
      require('reflect-metadata');
      require('@axis/storage').migrate(process.env.DATABASE_URL).then(() => console.log('done'));
    `;
    const processes = Array.from({ length: 5 }, () => childProgram(program, { env: { DATABASE_URL: database.url } }));
    expect(await Promise.all(processes.map(({ firstLine }) => firstLine))).toEqual(Array(5).fill('done'));

    const dataSource = await createDataSource(database.url).initialize();
    try {
      const done = await dataSource.query<unknown[]>('SELECT FROM migrations');
      expect(done).toHaveLength(migrations.length);
      expect(await dataSource.showMigrations()).toBe(false);
    } finally {
      await dataSource.destroy();
    }
  });
});

describe('partitions', () => {
  let storage: TestStorage;
  beforeAll(async () => {
    storage = await testStorage();
  });
  afterAll(() => storage.drop());

  it('are there from last month to three months ahead, in UTC', async () => {
    await ensurePartitions(storage.dataSource, new Date('2030-12-31T23:59:59Z'));
    const found = await storage.dataSource.query<{ name: string }[]>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'deliveries'::regclass
       AND inhrelid::regclass::text >= 'deliveries_2030' ORDER BY 1`,
    );
    expect(found.map(({ name }) => name)).toEqual([
      'deliveries_2030_11',
      'deliveries_2030_12',
      'deliveries_2031_01',
      'deliveries_2031_02',
      'deliveries_2031_03',
    ]);
  });

  it('may be ensured by many at once, while rows are written', async () => {
    const now = new Date('2040-06-15T00:00:00Z');
    await Promise.all([
      ...Array.from({ length: 5 }, () => ensurePartitions(storage.dataSource, now)),
      ...Array.from({ length: 50 }, () => insertContent(new Date())),
    ]);
    await insertContent(now);
  });

  it('a row about a document lands in the month of its id, and only that month is read for it', async () => {
    const id = newDocumentId();
    await storage.dataSource.query(
      `INSERT INTO receipts (document_id, id, kind, occurred_at, jws) VALUES ($1, $1, 'ContentHandover', now(), 'x')`,
      [id],
    );
    const [row] = await storage.dataSource.query<{ partition: string }[]>(
      'SELECT tableoid::regclass::text AS partition FROM receipts WHERE document_id = $1',
      [id],
    );
    const partition = `receipts_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
    expect(row?.partition).toBe(partition);

    const plan = JSON.stringify(
      await storage.dataSource.query(`EXPLAIN (FORMAT json) SELECT * FROM receipts WHERE document_id = '${id}'`),
    );
    expect(plan.match(/receipts_\d{4}_\d{2}(?=")/g)).toEqual([partition]);
  });

  it('the first and the last millisecond of a month lie in it', async () => {
    await ensurePartitions(storage.dataSource, new Date('2035-03-10T00:00:00Z'));
    const at = async (time: string) => {
      const id = `${Date.parse(time).toString(16).padStart(12, '0')}7fff8000000000000000`;
      const [row] = await storage.dataSource.query<{ partition: string }[]>(
        `INSERT INTO receipts (document_id, id, kind, occurred_at, jws) VALUES ($1, $1, 'x', now(), 'x')
         RETURNING tableoid::regclass::text AS partition`,
        [id],
      );
      return row?.partition;
    };
    expect(await at('2035-03-01T00:00:00.000Z')).toBe('receipts_2035_03');
    expect(await at('2035-03-31T23:59:59.999Z')).toBe('receipts_2035_03');
    expect(await at('2035-04-01T00:00:00.000Z')).toBe('receipts_2035_04');
  });

  it('are attached without waiting for those who write, and without making them wait', async () => {
    const writer = storage.dataSource.createQueryRunner();
    await writer.startTransaction();
    try {
      await writer.query(`INSERT INTO uploads (content_id, month) VALUES (gen_random_uuid(), '2026-01-01')`);
      await insertContent(new Date(), writer.manager.query.bind(writer.manager));
      await ensurePartitions(storage.dataSource, new Date('2045-01-01T00:00:00Z'));
    } finally {
      await writer.rollbackTransaction();
      await writer.release();
    }
  });

  async function insertContent(at: Date, query = storage.dataSource.query.bind(storage.dataSource)): Promise<void> {
    await query(
      `INSERT INTO contents (month, sha256, size, bytes) VALUES ($1, sha256(gen_random_uuid()::text::bytea), 1, 'x')`,
      [`${at.toISOString().slice(0, 7)}-01`],
    );
  }
});
