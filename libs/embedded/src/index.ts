export type { EmbeddedServer } from './embedded-server';
export { EmbeddedError, type EmbeddedErrorCode } from './errors';
export { type Finding, inspectMachine } from './inspect-machine';
export { type Instance, InstanceLock, runningInstance } from './instance-lock';
export { type PostgresOptions, startPostgres } from './postgres/postgres';
export type { LogLine } from './process/server-process';
export { type RabbitMqOptions, startRabbitMq } from './rabbitmq/rabbitmq';
export { RABBITMQ_SOURCES, type RabbitMqSource } from './rabbitmq/source';
