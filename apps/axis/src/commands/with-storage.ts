import { join } from 'node:path';
import { InstanceLock, runningInstance, runningPostgres, startPostgres } from '@axis/embedded';
import { type Config, createLogger, loadConfig } from '@axis/platform';
import { createDataSource, migrate } from '@axis/storage';
import type { DataSource } from 'typeorm';

/** Opens the axis's database for one command: the one given, or the private one, whether an axis is running on it or not. */
export async function withStorage<T>(work: (database: DataSource) => Promise<T>): Promise<T> {
  const config = loadConfig(process.env);
  const { url, close } = await openDatabase(config);
  try {
    await migrate(url);
    const database = await createDataSource(url, { pool: 2 }).initialize();
    try {
      return await work(database);
    } finally {
      await database.destroy();
    }
  } finally {
    await close();
  }
}

async function openDatabase({
  database,
  home,
  logLevel,
}: Config): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const nothing = () => Promise.resolve();
  const dir = join(home, 'postgres');
  if (database.url !== undefined) return { url: database.url, close: nothing };
  if (await runningInstance(home)) return { url: await runningPostgres(dir), close: nothing };
  const lock = await InstanceLock.acquire(home);
  const log = createLogger(logLevel);
  try {
    const server = await startPostgres({
      dir,
      log: (line) => {
        log.debug({ context: 'servers' }, line);
      },
    });
    const close = async () => {
      await server.stop();
      await lock.release();
    };
    return { url: server.url, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
