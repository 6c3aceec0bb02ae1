import { createLogger, loadConfig } from '@axis/platform';
import { createDataSource, migrate } from '@axis/storage';
import type { DataSource } from 'typeorm';
import { openEnvironment } from '../environment/open-environment';

/** Opens the axis's database for one command, the private one too, which must then not be in use by a running axis. */
export async function withStorage<T>(work: (database: DataSource) => Promise<T>): Promise<T> {
  const config = loadConfig(process.env);
  const environment = await openEnvironment(config, createLogger(config.logLevel));
  try {
    const { url } = environment.config.database;
    await migrate(url);
    const database = await createDataSource(url, { pool: 2 }).initialize();
    try {
      return await work(database);
    } finally {
      await database.destroy();
    }
  } finally {
    await environment.close();
  }
}
