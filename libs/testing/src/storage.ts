import { createDataSource, migrate } from '@axis/storage';
import type { DataSource } from 'typeorm';
import { testDatabase } from './servers';

/** A database of its own for a test file, with the whole schema and nothing in it. */
export interface TestStorage {
  readonly url: string;
  readonly dataSource: DataSource;
  /** Closes the data source and removes the database. */
  drop(): Promise<void>;
}

/** @param pool connections of the data source at most; default 8 */
export async function testStorage({ pool = 8 }: { pool?: number } = {}): Promise<TestStorage> {
  const database = await testDatabase({ template: 'storage', prepare: migrate });
  const dataSource = await createDataSource(database.url, { pool }).initialize();
  return {
    url: database.url,
    dataSource,
    drop: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}
