import { join } from 'node:path';
import { type EmbeddedServer, InstanceLock, startPostgres, startRabbitMq } from '@axis/embedded';
import type { Config } from '@axis/platform';
import type { ServiceConfig } from '@axis/service';
import type { Logger } from 'pino';

/** The servers this process works with, and how to leave them. */
export interface Environment {
  readonly config: ServiceConfig;
  /** Whether Postgres is ours alone: then the sample directory may be put into it. */
  readonly privateDatabase: boolean;
  /** Tells others on this folder where the axis answers. */
  announce(address: string): Promise<void>;
  /** Stops what was started here, and nothing else. */
  close(): Promise<void>;
}

/** Uses DATABASE_URL and AMQP_URL where they are given, and starts private servers for what is not. */
export async function openEnvironment(config: Config, log: Logger): Promise<Environment> {
  const { database, amqp } = config;
  const given = database.url !== undefined && amqp.url !== undefined;
  const lock = given ? undefined : await InstanceLock.acquire(config.home);
  const started: EmbeddedServer[] = [];
  const say = (line: string) => {
    log.debug({ context: 'servers' }, line);
  };
  const close = async () => {
    await Promise.all(started.map((server) => server.stop()));
    await lock?.release();
  };
  const keep = async <Server extends EmbeddedServer>(starting: Promise<Server>) => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const rabbitMq = { dir: join(config.home, 'rabbitmq'), cacheDir: join(config.home, 'cache'), log: say };
  const [postgres, broker] = await Promise.allSettled([
    database.url ?? keep(startPostgres({ dir: join(config.home, 'postgres'), log: say })).then(({ url }) => url),
    amqp.url === undefined
      ? keep(startRabbitMq(rabbitMq)).then(({ url, managementUrl }) => ({ url, managementUrl }))
      : { url: amqp.url },
  ]);
  if (postgres.status === 'rejected' || broker.status === 'rejected') {
    await close();
    const failed = postgres.status === 'rejected' ? postgres : broker;
    throw (failed as PromiseRejectedResult).reason;
  }
  return {
    config: {
      ...config,
      database: { ...database, url: postgres.value },
      amqp: { ...amqp, ...broker.value },
    },
    privateDatabase: database.url === undefined,
    announce: async (address) => lock?.announce(address),
    close,
  };
}
