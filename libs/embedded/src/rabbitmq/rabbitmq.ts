import { connect } from 'amqplib';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EmbeddedServer } from '../embedded-server';
import { EmbeddedError } from '../errors';
import { onFreePorts, rememberedPorts } from '../process/ports';
import { type LogLine, untilReady } from '../process/server-process';
import type { Broker } from './broker';
import { type RabbitMqPorts, USER } from './configuration';
import { removeLeftoverContainer, startDockerBroker } from './docker-broker';
import { endLocalLeftovers, startLocalBroker } from './local-broker';
import { findRabbitMq, type RabbitMqSource } from './source';

export interface RabbitMqOptions {
  /** Everything this broker keeps lies in this folder. */
  readonly dir: string;
  /** Where fetched packages are kept; many brokers may share it. */
  readonly cacheDir: string;
  readonly log: LogLine;
  /** Only this source; otherwise the first that this machine has. */
  readonly source?: RabbitMqSource | undefined;
}

/** Where a private broker answers, each with user and password. */
export interface BrokerAddresses {
  /** AMQP. */
  readonly url: string;
  /** The HTTP API of its management plugin. */
  readonly managementUrl: string;
}

export type EmbeddedBroker = EmbeddedServer & BrokerAddresses;

const READY_WITHIN_MS = 120_000;

/**
 * Starts a private RabbitMQ. Brokers left by a crashed run are ended first; durable queues and messages are there again.
 * @throws EmbeddedError embedded.rabbitmq-missing, embedded.rabbitmq-failed
 */
export async function startRabbitMq(options: RabbitMqOptions): Promise<EmbeddedBroker> {
  const { log } = options;
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const engine = await findRabbitMq(resolve(options.cacheDir), log, options.source);
  await endLocalLeftovers(dir, log);
  if (engine.source === 'docker') await removeLeftoverContainer(dir);
  const password = await passwordOf(dir);

  return onFreePorts(dir, 4, async ([amqp = 0, distribution = 0, epmd = 0, management = 0]) => {
    const ports = { amqp, distribution, epmd, management };
    const { url, managementUrl } = addressesOf(ports, password);
    const start = async (): Promise<Broker> => {
      const broker =
        engine.source === 'docker'
          ? await startDockerBroker(dir, ports, password, log)
          : await startLocalBroker(dir, engine.installation, ports, password, log);
      const readiness = await untilReady(broker.server, () => takesClients(url), READY_WITHIN_MS);
      if (readiness === 'ready') return broker;
      await broker.stop();
      throw new EmbeddedError(
        'embedded.rabbitmq-failed',
        `The private ${engine.origin} in ${dir} did not start (${readiness}).\n${await lastWords(dir, broker)}`,
      );
    };
    let broker = await start();
    return {
      url,
      managementUrl,
      origin: engine.origin,
      stop: () => broker.stop(),
      kill: () => broker.kill(),
      restart: async () => {
        await broker.stop();
        broker = await start();
      },
    };
  });
}

/** Where the private RabbitMQ in `dir` answers, for another process of its owner; only while it runs. */
export async function runningRabbitMq(dir: string): Promise<BrokerAddresses> {
  const [amqp = 0, , , management = 0] = await rememberedPorts(dir);
  return addressesOf({ amqp, management }, await readFile(join(dir, 'password'), 'utf8'));
}

const addressesOf = (
  { amqp, management }: Pick<RabbitMqPorts, 'amqp' | 'management'>,
  password: string,
): BrokerAddresses => ({
  url: `amqp://${USER}:${password}@127.0.0.1:${amqp}`,
  managementUrl: `http://${USER}:${password}@127.0.0.1:${management}`,
});

/** Made once: the broker takes it into its own data when it starts on an empty folder. */
async function passwordOf(dir: string): Promise<string> {
  const file = join(dir, 'password');
  const made = randomBytes(18).toString('base64url');
  await writeFile(file, made, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}

async function takesClients(url: string): Promise<boolean> {
  try {
    const connection = await connect(url, { timeout: 5_000 });
    // A broker that goes down while we say goodbye is not ready, and no reason to crash.
    connection.on('error', () => undefined);
    await connection.close();
    return true;
  } catch (error) {
    // AMQP 0-9-1 access-refused: asking again would not help.
    if (String(error).includes('ACCESS_REFUSED')) throw error;
    return false;
  }
}

async function lastWords(dir: string, { server }: Broker): Promise<string> {
  const log = await readFile(join(dir, 'log/rabbitmq.log'), 'utf8').catch(() => '');
  return [...server.recentOutput, ...log.split('\n').slice(-30)].join('\n');
}
