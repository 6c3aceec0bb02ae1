export type { EmbeddedServer } from './embedded-server';
export { EmbeddedError, type EmbeddedErrorCode } from './errors';
export { type Finding, inspectMachine } from './inspect-machine';
export { type Instance, InstanceLock, runningInstance } from './instance-lock';
export { canFetchPackages, libraryFolders, type PackageSet, unpackedPackages } from './packages/unpacked-packages';
export { type PostgresOptions, runningPostgres, startPostgres } from './postgres/postgres';
export { findProgram } from './process/run-as';
export type { LogLine } from './process/server-process';
export {
  type BrokerAddresses,
  type EmbeddedBroker,
  type RabbitMqOptions,
  runningRabbitMq,
  startRabbitMq,
} from './rabbitmq/rabbitmq';
export { RABBITMQ_SOURCES, type RabbitMqSource } from './rabbitmq/source';
