import { testAmqp } from '@axis/testing';
import { type Channel, type ChannelModel, connect, credentials } from 'amqplib';
import { eventually } from '../testing/kit';
import { ManagementError } from './management-api';
import { systemQueueOf, SystemQueues } from './system-queues';

const amqp = testAmqp();
const queues = new SystemQueues(amqp);
const open: ChannelModel[] = [];

/** A connection as the system's client makes it. */
async function connectAs(clientId: string, password: string): Promise<ChannelModel> {
  const name = systemQueueOf(amqp.namespace, clientId);
  const connection = await connect(amqp.url, { credentials: credentials.plain(name, password) });
  connection.on('error', () => undefined);
  open.push(connection);
  return connection;
}

/** What the broker answers to one thing a system tries. */
async function tried(connection: ChannelModel, attempt: (channel: Channel) => Promise<unknown>): Promise<unknown> {
  const channel = await connection.createChannel();
  const ended = new Promise((resolve) => {
    channel.once('error', (error: Error & { code?: number }) => {
      resolve(error.code);
    });
  });
  return Promise.race([
    ended,
    attempt(channel).then(
      () => 'done',
      () => ended,
    ),
  ]);
}

/** A system with a queue of its own, and its password. */
async function opened(clientId: string): Promise<string> {
  const password = await queues.open(clientId);
  if (password === undefined) throw new Error('it was there already');
  return password;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close().catch(() => undefined)));
  await Promise.all(['dms-1', 'dms-2', 'a.b', 'aXb', 'Bộ/Nội vụ'].map((clientId) => queues.remove(clientId)));
});

it('lets a system read its own queue, and nothing else of the broker', async () => {
  const connection = await connectAs('dms-1', await opened('dms-1'));
  await opened('dms-2');
  const own = systemQueueOf(amqp.namespace, 'dms-1');
  const other = systemQueueOf(amqp.namespace, 'dms-2');
  const ignore = (): void => undefined;

  expect(await tried(connection, (channel) => channel.consume(own, ignore))).toBe('done');
  expect(await tried(connection, (channel) => channel.get(own))).toBe('done');

  expect(await tried(connection, (channel) => channel.consume(other, ignore))).toBe(403);
  expect(await tried(connection, (channel) => channel.get(other))).toBe(403);
  expect(await tried(connection, (channel) => channel.purgeQueue(other))).toBe(403);
  const publish = (exchange: string, key: string) => (channel: Channel) => {
    channel.publish(exchange, key, Buffer.from('{}'));
    // Answered after the publish: a refusal comes first.
    return channel.prefetch(1);
  };
  expect(await tried(connection, publish('amq.topic', 'document.submitted'))).toBe(403);
  expect(await tried(connection, publish('', own))).toBe(403);
  expect(await tried(connection, (channel) => channel.assertQueue('mine'))).toBe(403);
  expect(await tried(connection, (channel) => channel.assertExchange('mine', 'fanout'))).toBe(403);
  expect(await tried(connection, (channel) => channel.bindQueue(own, 'amq.topic', '#'))).toBe(403);
  expect(await tried(connection, (channel) => channel.deleteQueue(own))).toBe(403);

  // What the broker hides from nobody: that a queue is there, and how much waits in it.
  expect(await tried(connection, (channel) => channel.checkQueue(other))).toBe('done');
});

it('takes every letter of a name for itself', async () => {
  const connection = await connectAs('a.b', await opened('a.b'));
  await opened('aXb');
  const get = (clientId: string) => (channel: Channel) => channel.get(systemQueueOf(amqp.namespace, clientId));
  expect(await tried(connection, get('a.b'))).toBe('done');
  expect(await tried(connection, get('aXb'))).toBe(403);
  const strange = await connectAs('Bộ/Nội vụ', await opened('Bộ/Nội vụ'));
  expect(await tried(strange, get('Bộ/Nội vụ'))).toBe('done');
});

it('can be repeated: the password stays, and what is missing is made', async () => {
  const password = await opened('dms-1');
  expect(await queues.open('dms-1')).toBeUndefined();
  const queue = systemQueueOf(amqp.namespace, 'dms-1');
  const admin = await connect(amqp.url);
  await (await admin.createChannel()).deleteQueue(queue);
  await admin.close();
  expect(await queues.open('dms-1')).toBeUndefined();
  const connection = await connectAs('dms-1', password);
  expect(await tried(connection, (channel) => channel.get(queue))).toBe('done');
});

it('puts out whoever came by the password before', async () => {
  const before = await opened('dms-1');
  const connection = await connectAs('dms-1', before);
  const ended = new Promise((resolve) => connection.once('close', resolve));
  const password = await queues.renewPassword('dms-1');
  await ended;
  await expect(connectAs('dms-1', before)).rejects.toThrow('403 (ACCESS-REFUSED)');
  await connectAs('dms-1', password);
});

it('lets nobody in by a wrong password, or without end', async () => {
  const password = await opened('dms-1');
  await expect(connectAs('dms-1', `${password}x`)).rejects.toThrow('403 (ACCESS-REFUSED)');
  for (let connections = 1; connections <= 10; connections++) await connectAs('dms-1', password);
  // The broker counts with a little delay.
  await eventually(() => expect(connectAs('dms-1', password)).rejects.toThrow());
});

it('removes the user, its connections and the queue, and leaves others alone', async () => {
  const connection = await connectAs('dms-1', await opened('dms-1'));
  const other = await connectAs('dms-2', await opened('dms-2'));
  const ended = new Promise((resolve) => connection.once('close', resolve));
  await queues.remove('dms-1');
  await ended;
  await queues.remove('dms-1');
  const admin = await connect(amqp.url);
  expect(await tried(admin, (channel) => channel.checkQueue(systemQueueOf(amqp.namespace, 'dms-1')))).toBe(404);
  await admin.close();
  expect(await tried(other, (channel) => channel.get(systemQueueOf(amqp.namespace, 'dms-2')))).toBe('done');
});

it('says what is wrong with the management API', async () => {
  const strange = new URL(amqp.managementUrl);
  strange.password = 'wrong';
  await expect(new SystemQueues({ ...amqp, managementUrl: strange.href }).open('dms-1')).rejects.toThrow(/401/);
  const nowhere = new SystemQueues({ ...amqp, managementUrl: 'http://127.0.0.1:9' });
  await expect(nowhere.open('dms-1')).rejects.toThrow(ManagementError);
});

it('comes as the user of the broker where the management address names none', async () => {
  const { origin } = new URL(amqp.managementUrl);
  await expect(new SystemQueues({ ...amqp, managementUrl: origin }).open('dms-1')).resolves.toEqual(expect.any(String));
});
