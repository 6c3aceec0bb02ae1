export type { EmbeddedServer } from './embedded-server';
export { EmbeddedError, type EmbeddedErrorCode } from './errors';
export { type PostgresOptions, startPostgres } from './postgres/postgres';
export type { LogLine } from './process/server-process';
