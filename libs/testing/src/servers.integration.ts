import { Client } from 'pg';
import { testAmqp, testDatabase, type TestDatabase } from './servers';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

it('gives each its own database, and prepares their template once', async () => {
  let prepared = 0;
  const content = {
    template: 'servers.integration',
    prepare: async (url: string) => {
      prepared++;
      await query(url, 'CREATE TABLE agency AS SELECT 1 AS number');
    },
  };
  const databases: TestDatabase[] = await Promise.all(Array.from({ length: 4 }, () => testDatabase(content)));
  expect(prepared).toBe(1);
  const [first, second] = databases;
  if (first === undefined || second === undefined) throw new Error('four databases');
  await query(first.url, 'UPDATE agency SET number = 2');
  expect(await query(second.url, 'SELECT number FROM agency')).toEqual([{ number: 1 }]);
  await Promise.all(databases.map((database) => database.drop()));
  await expect(query(first.url, 'SELECT 1')).rejects.toThrow('does not exist');
});

it('makes a template anew whose making failed', async () => {
  const template = 'servers.integration failing';
  await expect(testDatabase({ template, prepare: () => Promise.reject(new Error('bad migration')) })).rejects.toThrow(
    'bad migration',
  );
  const database = await testDatabase({
    template,
    prepare: (url) => query(url, 'CREATE TABLE a ()').then(() => undefined),
  });
  expect(await query(database.url, 'SELECT FROM a')).toEqual([]);
  await database.drop();
});

it('gives each its own names on the broker', () => {
  expect(testAmqp().namespace).not.toBe(testAmqp().namespace);
});
