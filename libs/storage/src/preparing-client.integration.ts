import { testStorage, type TestStorage } from '@axis/testing';

let storage: TestStorage;
beforeAll(async () => {
  storage = await testStorage({ pool: 1 });
});
afterAll(() => storage.drop());

const prepared = async (statement: string): Promise<number> => {
  const [row] = await storage.dataSource.query<{ count: number }[]>(
    `SELECT count(*)::integer AS count FROM pg_prepared_statements WHERE statement = '${statement}'`,
  );
  return row?.count ?? 0;
};

it('prepares what comes again and again, once, and answers the same', async () => {
  const statement = 'SELECT $1::integer + 1 AS next';
  for (let turn = 1; turn <= 4; turn += 1) {
    expect(await storage.dataSource.query(statement, [turn])).toEqual([{ next: turn + 1 }]);
  }
  expect(await prepared(statement)).toBe(0);
  for (let turn = 5; turn <= 20; turn += 1) {
    expect(await storage.dataSource.query(statement, [turn])).toEqual([{ next: turn + 1 }]);
  }
  expect(await prepared(statement)).toBe(1);
});

it('goes on after a prepared statement failed, within a transaction too', async () => {
  const divide = (by: number) => storage.dataSource.query('SELECT 10 / $1::integer AS tenth', [by]);
  for (let turn = 0; turn < 8; turn += 1) await divide(10);
  await expect(divide(0)).rejects.toThrow('division by zero');
  await expect(
    storage.dataSource.transaction((manager) => manager.query('SELECT 10 / $1::integer AS tenth', [0])),
  ).rejects.toThrow('division by zero');
  expect(await divide(5)).toEqual([{ tenth: 2 }]);
});

it('follows a table that changes under it', async () => {
  const { dataSource } = storage;
  await dataSource.query('CREATE TABLE changing (id integer)');
  await dataSource.query('INSERT INTO changing VALUES (1)');
  const read = () => dataSource.query('SELECT id FROM changing WHERE id = $1', [1]);
  for (let turn = 0; turn < 8; turn += 1) await read();
  await dataSource.query('ALTER TABLE changing ADD COLUMN name text');
  await dataSource.query('CREATE INDEX ON changing (id)');
  expect(await read()).toEqual([{ id: 1 }]);
});
