import type { AddressInfo } from 'node:net';
import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ScheduleModule } from '@nestjs/schedule';
import { AmqpModule, AmqpPublisher, AmqpTransport, axisTopology } from '@axis/messaging';
import {
  type Config,
  ConfigError,
  ConfigModule,
  createLogger,
  EVENT_PUBLISHER,
  HealthModule,
  LoggingModule,
  MetricsModule,
  Readiness,
} from '@axis/platform';
import { migrate, OutboxRelayModule, StorageModule } from '@axis/storage';
import { Logger } from 'nestjs-pino';
import { register } from 'prom-client';
import { withoutQuietConnections } from './quiet-connections';

/** One service of the axis: the same module whether it runs alone or with the others in one process. */
export interface Service {
  readonly name: string;
  readonly module: Type;
  /** What it needs of the web server before that listens. */
  configure?(app: NestFastifyApplication): Promise<void>;
}

/** A configuration in which both servers are known. */
export interface ServiceConfig extends Config {
  readonly database: Config['database'] & { readonly url: string };
  readonly amqp: Config['amqp'] & { readonly url: string };
}

export interface Running {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Stops taking work, finishes what it has, and closes every connection. */
  stop(): Promise<void>;
}

/** A body of JSON; files are streamed and have limits of their own. */
const JSON_BODY_BYTES = 1024 ** 2;

/** The VXP protocol names every addressee in two headers: some thousands fit. */
const HEADER_BYTES = 256 * 1024;

/**
 * A connection on which nothing moves for so long is ended: who sends half a request and waits holds it, and all that was taken in of it,
 * no longer. Twice what a client may wait for an answer.
 */
const SILENT_MS = 120_000;

const UNUSABLE_ADDRESS = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND'];

/**
 * Starts services in this process: migrates, listens, connects, subscribes.
 * @throws ConfigError when the database or the address to listen at cannot be used; a broker that is away is waited for
 */
export async function startServices(services: readonly Service[], config: ServiceConfig): Promise<Running> {
  const name = services.length === 1 && services[0] ? services[0].name : 'axis';
  await migrate(config.database.url);
  const app = await NestFactory.create<NestFastifyApplication>(
    foundation(name, services, config),
    new FastifyAdapter({
      bodyLimit: JSON_BODY_BYTES,
      connectionTimeout: SILENT_MS,
      http: { maxHeaderSize: HEADER_BYTES },
      forceCloseConnections: 'idle',
      // No id is so long: it is the gateway that says so, and not the router.
      routerOptions: { maxParamLength: 16 * 1024 },
      rewriteUrl: decodable,
    }),
    { bufferLogs: true, abortOnError: false },
  );
  const drained = withoutQuietConnections(app.getHttpServer());
  const stop = () => drained(() => app.close());
  try {
    return { url: await open(app, services, config), app, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An address that cannot be decoded is one where there is nothing: answered as every other such behind the same door. */
function decodable({ url = '/' }: { readonly url?: string | undefined }): string {
  try {
    decodeURIComponent(url.replace(/\?.*/, ''));
    return url;
  } catch {
    return `${/^\/\w+(?=\/)/.exec(url)?.[0] ?? ''}/undecodable`;
  }
}

/** @returns where it listens */
async function open(app: NestFastifyApplication, services: readonly Service[], config: ServiceConfig): Promise<string> {
  app.useLogger(app.get(Logger));
  for (const service of services) await service.configure?.(app);
  const transport = app.get(AmqpTransport);
  app.connectMicroservice({ strategy: transport }, { inheritAppConfig: false });
  app.get(Readiness).add('amqp', () => transport.isHealthy());
  // The door first: while the broker is away, documents are taken into the outbox, and /health/ready says what is missing.
  const url = await listen(app, config.http);
  await app.startAllMicroservices();
  return url;
}

async function listen(app: NestFastifyApplication, { host, port }: Config['http']): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !UNUSABLE_ADDRESS.includes(code)) throw error;
    throw new ConfigError(`HTTP_HOST, HTTP_PORT: cannot listen at ${host}:${port} (${code}). Is it in use already?`);
  }
  const at = app.getHttpServer().address() as AddressInfo;
  return `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`;
}

function foundation(name: string, services: readonly Service[], config: ServiceConfig): DynamicModule {
  const log = createLogger(config.logLevel).child({ service: name });
  const { url, namespace } = config.amqp;
  return {
    module: Foundation,
    imports: [
      ConfigModule.of(config),
      LoggingModule.of(log),
      MetricsModule,
      HealthModule,
      ScheduleModule.forRoot(),
      AmqpModule.forRoot({ url, topology: axisTopology(namespace), log, registry: register, name }),
      StorageModule.forRoot({ url: config.database.url, pool: config.database.pool, applicationName: name }),
      PublishingModule,
      OutboxRelayModule,
      ...services.map((service) => service.module),
    ],
  };
}

@Module({})
class Foundation {}

/** The outbox's way out is the broker. */
@Global()
@Module({ providers: [{ provide: EVENT_PUBLISHER, useExisting: AmqpPublisher }], exports: [EVENT_PUBLISHER] })
class PublishingModule {}
