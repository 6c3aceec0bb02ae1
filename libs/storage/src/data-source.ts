import { type ClientConfig, TypeOverrides, types } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from './entities';
import { AfterCommit } from './after-commit';
import { migrations } from './migrations';
import { PreparingClient } from './preparing-client';

export interface StorageOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections this process may hold at most; default 16. */
  readonly pool?: number;
  /** Shown in `pg_stat_activity`; default `axis`. */
  readonly applicationName?: string;
}

const SECOND = 1000;

/** A `date` has no time and no zone: as `yyyy-MM-dd` it stays one. */
const parsers = new TypeOverrides();
parsers.setTypeParser(types.builtins.DATE, (text: string) => text);

/** What every connection has in common. Limits end what hangs, so that it holds no lock and no connection for ever. */
export function connectionSettings({ url, applicationName = 'axis' }: StorageOptions): ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    options: '-c TimeZone=UTC -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10 * SECOND,
    connectionTimeoutMillis: 10 * SECOND,
    statement_timeout: 60 * SECOND,
    lock_timeout: 30 * SECOND,
    idle_in_transaction_session_timeout: 60 * SECOND,
    types: parsers,
  };
}

export function dataSourceOptions(options: StorageOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    poolSize: options.pool ?? 16,
    extra: { ...connectionSettings(options), Client: PreparingClient },
    entities: [...entities],
    subscribers: [AfterCommit],
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
  };
}

/** The pool of connections and the entities on it; not connected until `initialize()`. It never changes the schema. */
export function createDataSource(url: string, options: Omit<StorageOptions, 'url'> = {}): DataSource {
  return new DataSource(dataSourceOptions({ url, ...options }));
}
