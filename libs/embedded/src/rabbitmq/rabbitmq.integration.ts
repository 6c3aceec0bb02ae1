import { childProgram, processesOf } from '@axis/testing';
import { connect } from 'amqplib';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canFetchPackages } from '../packages/unpacked-packages';
import { type EmbeddedBroker, runningRabbitMq, startRabbitMq } from './rabbitmq';
import type { RabbitMqSource } from './source';

const NOBODY = 65534;
const QUEUE = 'documents';
const cacheDir = join(__dirname, '../../../../.axis/cache');
const log = (): void => undefined;

jest.setTimeout(60_000);

let dir: string;
let server: EmbeddedBroker | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'axis dữ liệu-'));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(dir, { recursive: true, force: true });
});

/** Wholly up: asked to stop in its first moments, it would take five seconds for it. */
async function started(source?: RabbitMqSource): Promise<EmbeddedBroker> {
  const broker = await startRabbitMq({ dir, cacheDir, log, source });
  await delay(500);
  return broker;
}

/** Publishes one persistent message to a quorum queue and returns when the broker has confirmed it. */
async function publish(url: string, text: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue(QUEUE, Buffer.from(text), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function receive(url: string): Promise<string | undefined> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const message = await channel.get(QUEUE, { noAck: true });
  await connection.close();
  return message === false ? undefined : message.content.toString();
}

/** The names of the broker's users, asked by way of its management plugin. */
async function users({ managementUrl }: EmbeddedBroker): Promise<string[]> {
  const { origin, username, password } = new URL(managementUrl);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const answer = await fetch(`${origin}/api/users`, { headers: { authorization } });
  return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
}

const startInChild = (folder: string, cache: string): string =>
  `require('@axis/embedded').startRabbitMq({ dir: ${JSON.stringify(folder)}, cacheDir: ${JSON.stringify(cache)}, log() {} })` +
  '.then(({ url }) => console.log(url))';

it('keeps messages and its address over a stop and a start, and leaves no process', async () => {
  server = await started();
  const { url } = server;
  await publish(url, 'văn bản');
  await server.stop();
  expect(processesOf(dir)).toEqual([]);
  server = await started();
  expect(server.url).toBe(url);
  expect(await receive(url)).toBe('văn bản');
});

it('answers its management plugin as soon as it has started, at the same address over a stop and a start', async () => {
  server = await started();
  const { managementUrl } = server;
  expect(await users(server)).toEqual(['axis']);
  await server.stop();
  server = await started();
  expect(server.managementUrl).toBe(managementUrl);
  expect(await runningRabbitMq(dir)).toEqual({ url: server.url, managementUrl });
  expect(await users(server)).toEqual(['axis']);
});

it('has confirmed messages after its own crash', async () => {
  server = await started();
  await publish(server.url, 'confirmed');
  // RabbitMQ writes the name of a new quorum queue to disk within half a second (rabbitmq-server#15725); killed before, it
  // loses the queue whatever it confirmed.
  await delay(1_000);
  await server.kill();
  await server.restart();
  expect(await receive(server.url)).toBe('confirmed');
});

it('ends with a parent that is killed, and the next start has what was confirmed', async () => {
  const parent = childProgram(startInChild(dir, cacheDir));
  await publish(await parent.firstLine, 'confirmed');
  parent.kill('SIGKILL');
  await parent.exited;
  server = await started();
  expect(await receive(server.url)).toBe('confirmed');
});

it('says why it cannot start', async () => {
  server = await started();
  await server.stop();
  server = undefined;
  await rm(join(dir, 'data'), { recursive: true });
  await writeFile(join(dir, 'data'), 'no folder');
  await expect(startRabbitMq({ dir, cacheDir, log })).rejects.toMatchObject({ code: 'embedded.rabbitmq-failed' });
  expect(processesOf(dir)).toEqual([]);
});

const withApt = canFetchPackages() ? it : it.skip;
const withAptAsRoot = canFetchPackages() && process.getuid?.() === 0 ? it : it.skip;

withApt(
  'runs from the distribution’s packages, unpacked',
  async () => {
    server = await started('packages');
    expect(server.origin).toContain('packages');
    expect(await users(server)).toEqual(['axis']);
    await publish(server.url, 'văn bản');
    expect(await receive(server.url)).toBe('văn bản');
  },
  120_000,
);

withAptAsRoot(
  'fetches and runs the packages for an ordinary user',
  async () => {
    await chown(dir, NOBODY, NOBODY);
    const parent = childProgram(
      startInChild(join(dir, 'broker'), join(dir, 'cache')).replace('log()', `source: 'packages', log()`),
      {
        uid: NOBODY,
      },
    );
    const url = await parent.firstLine;
    await publish(url, 'văn bản');
    expect(await receive(url)).toBe('văn bản');
    parent.kill('SIGTERM');
    await parent.exited;
  },
  120_000,
);
