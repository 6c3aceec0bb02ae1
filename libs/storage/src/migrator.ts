import { ConfigError } from '@axis/platform';
import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source';
import { ensurePartitions } from './partitions';

/** The advisory lock under which migrations run: any number, the same for all that ever run them. */
const MIGRATION_LOCK = 7_268_941_001;

/**
 * Brings the database up to this version's schema, and creates the partitions of the months around now. Any number of
 * processes may call it at once: one works, the others wait and find it done. Forward-only.
 * @throws ConfigError when there is no database at this address, or it lets nobody in
 */
export async function migrate(url: string): Promise<void> {
  const dataSource = createDataSource(url, { pool: 2, applicationName: 'axis migrate' });
  await dataSource.initialize().catch((error: unknown) => {
    const { host, pathname } = new URL(url);
    throw new ConfigError(`DATABASE_URL: the database ${host}${pathname} cannot be opened: ${messageOf(error)}`);
  });
  try {
    await underLock(dataSource, async () => {
      await dataSource.runMigrations();
      await ensurePartitions(dataSource);
    });
  } finally {
    await dataSource.destroy();
  }
}

async function underLock(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const lock = dataSource.createQueryRunner();
  try {
    // Another process may be migrating for long: wait without a limit.
    await lock.query('SET statement_timeout = 0; SET lock_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await work();
  } finally {
    // Its connection ends with the pool, and the lock with its connection.
    await lock.release();
  }
}

/** Node says nothing in the message when several addresses of one name failed. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
