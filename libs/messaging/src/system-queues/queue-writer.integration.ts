import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedBroker, startRabbitMq } from '@axis/embedded';
import { testAmqp } from '@axis/testing';
import { connect, type ConsumeMessage } from 'amqplib';
import { AmqpPublisher } from '../publisher';
import { Cable, eventually, silent } from '../testing/kit';
import { type QueuedEvent, QueueWriter } from './queue-writer';
import { systemQueueOf, SystemQueues } from './system-queues';

const { managementUrl, url, namespace } = testAmqp();
const queues = new SystemQueues({ managementUrl, url, namespace });
const queue = systemQueueOf(namespace, 'dms');

const event = (n: number): QueuedEvent => ({
  attributes: { specversion: '1.0', id: `event-${n}`, type: 'delivery.available', source: '/axis', cursor: String(n) },
  data: { n },
});
const events = (from: number, to: number): QueuedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));

/** A writer, and how it ends. */
function writerAt(broker: string): { writer: QueueWriter; close: () => Promise<void> } {
  const publisher = new AmqpPublisher({ url: broker, topology: { namespace, queues: [] }, log: silent });
  return { writer: new QueueWriter(publisher.connection, silent), close: () => publisher.close() };
}

/** What a consumer of the queue gets, in its order, each answered. */
async function consume(broker: string, of = queue): Promise<{ got: ConsumeMessage[]; close: () => Promise<void> }> {
  const connection = await connect(broker);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  await channel.prefetch(50);
  const got: ConsumeMessage[] = [];
  await channel.consume(of, (message) => {
    if (!message) return;
    got.push(message);
    channel.ack(message);
  });
  return { got, close: () => connection.close().catch(() => undefined) };
}

const numbers = (messages: readonly ConsumeMessage[]): number[] =>
  messages.map(({ content }) => (JSON.parse(content.toString()) as { n: number }).n);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('with a queue', () => {
  const { writer, close } = writerAt(url);

  beforeEach(async () => {
    await queues.open('dms');
  });
  afterEach(async () => {
    await queues.remove('dms');
  });
  afterAll(close);

  it('writes CloudEvents in binary mode, to be kept', async () => {
    expect(await writer.write(queue, [event(1)])).toEqual({ written: 1 });
    const { got, close } = await consume(url);
    await eventually(() => {
      expect(got).toHaveLength(1);
    });
    await close();
    expect(JSON.parse(got[0]?.content.toString() ?? '')).toEqual({ n: 1 });
    expect(got[0]?.properties).toMatchObject({
      contentType: 'application/json',
      messageId: 'event-1',
      deliveryMode: 2,
      headers: {
        cloudEvents_specversion: '1.0',
        cloudEvents_id: 'event-1',
        cloudEvents_type: 'delivery.available',
        cloudEvents_source: '/axis',
        cloudEvents_cursor: '1',
      },
    });
  });

  it('writes in order, more at a time than a channel buffers', async () => {
    const began = performance.now();
    for (let from = 1; from <= 2_000; from += 100) {
      expect(await writer.write(queue, events(from, from + 99))).toEqual({ written: 100 });
    }
    const ms = performance.now() - began;
    process.stdout.write(`2,000 events written in ${Math.round(ms)} ms\n`);
    const { got, close } = await consume(url);
    await eventually(() => {
      expect(got).toHaveLength(2_000);
    });
    await close();
    expect(numbers(got)).toEqual(range(1, 2_000));
  });

  it('writes no more than may wait, and goes on in order when there is room', async () => {
    expect(await writer.write(queue, events(1, 30), 20)).toEqual({ written: 20, failure: 'full' });
    expect(await writer.write(queue, events(21, 30), 20)).toEqual({ written: 0, failure: 'full' });
    const { got, close } = await consume(url);
    await eventually(async () => {
      expect(await writer.write(queue, [], 20)).toEqual({ written: 0 });
      expect(got).toHaveLength(20);
    });
    expect(await writer.write(queue, events(21, 30), 20)).toEqual({ written: 10 });
    await eventually(() => {
      expect(numbers(got)).toEqual(range(1, 30));
    });
    await close();
  });

  it('stops well before the broker would refuse', async () => {
    let next = 1;
    let result = await writer.write(queue, events(next, next + 999));
    while (!result.failure) {
      next += result.written;
      result = await writer.write(queue, events(next, next + 999));
    }
    expect([next + result.written - 1, result.failure]).toEqual([8_000, 'full']);
    const { got, close } = await consume(url);
    await eventually(() => {
      expect(got.length).toBeGreaterThan(8_000 - 50);
    });
    await close();
    expect(numbers(got).slice(0, 7_950)).toEqual(range(1, 7_950));
  }, 60_000);

  it('takes the refusal of a full queue for what it is', async () => {
    await fillToTheBrim(url);
    expect(await writer.write(queue, events(1, 10), 100_000)).toMatchObject({ written: 0, failure: 'full' });
  }, 60_000);

  it('goes on after its connection was cut in the middle', async () => {
    const cable = await Cable.to(url);
    const cut = writerAt(cable.through(url));
    expect(await cut.writer.write(queue, events(1, 10))).toEqual({ written: 10 });
    const writing = cut.writer.write(queue, events(11, 510));
    setTimeout(() => {
      cable.unplug();
      setTimeout(() => {
        cable.plug();
      }, 200);
    }, 5);
    let at = 11 + (await writing).written;
    while (at <= 510) at += (await cut.writer.write(queue, events(at, 510))).written;
    const { got, close } = await consume(url);
    await eventually(() => {
      expect(new Set(numbers(got)).size).toBe(510);
    });
    await close();
    await cut.close();
    await cable.remove();
    // Repeated from where it was cut, so each appears for the first time in its order.
    expect([...new Set(numbers(got))]).toEqual(range(1, 510));
  });
});

it('says so when there is no such queue, and goes on when there is', async () => {
  const { writer, close } = writerAt(url);
  expect(await writer.write(queue, [event(1)])).toEqual({ written: 0, failure: 'missing' });
  await queues.open('dms');
  expect(await writer.write(queue, [event(1)])).toEqual({ written: 1 });
  await queues.remove('dms');
  await close();
});

describe('with a broker of its own', () => {
  let broker: EmbeddedBroker;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'axis-messaging-'));
    const cacheDir = join(__dirname, '../../../../.axis/cache');
    broker = await startRabbitMq({ dir, cacheDir, log: () => undefined });
  }, 120_000);
  afterAll(async () => {
    await broker.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(['restarted', 'killed'])(
    '%s in the middle: nothing is lost, and all keep their order',
    async (how) => {
      const own = new SystemQueues({ url: broker.url, managementUrl: broker.managementUrl, namespace });
      const of = systemQueueOf(namespace, how);
      const password = await own.open(how);
      // RabbitMQ writes the name of a new quorum queue to disk within half a second (rabbitmq-server#15725).
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { writer, close } = writerAt(broker.url);
      let at = 1;
      const write = async (to: number): Promise<void> => {
        while (at <= to) at += (await writer.write(of, events(at, Math.min(to, at + 99)))).written;
      };
      await write(500);
      const writing = write(2_000);
      if (how === 'killed') await broker.kill();
      await broker.restart();
      await writing;
      await close();
      // Its user and what it may do are there again too.
      const address = new URL(broker.url);
      address.username = of;
      address.password = password ?? '';
      const consumer = await consume(address.href, of);
      await eventually(() => {
        expect(new Set(numbers(consumer.got)).size).toBe(2_000);
      });
      await consumer.close();
      expect([...new Set(numbers(consumer.got))]).toEqual(range(1, 2_000));
      process.stdout.write(`broker ${how}: 2,000 events, ${consumer.got.length - 2_000} came twice\n`);
    },
    120_000,
  );

  it('answers in time while the broker is away', async () => {
    const { writer, close } = writerAt(broker.url);
    await broker.kill();
    const began = performance.now();
    expect(await writer.write('any', [event(1)])).toEqual({ written: 0, failure: 'unavailable' });
    expect(performance.now() - began).toBeLessThan(10_000);
    await broker.restart();
    await close();
  }, 120_000);
});

/** Up to the broker's own limit, by others than the writer. */
async function fillToTheBrim(broker: string): Promise<void> {
  const connection = await connect(broker);
  const channel = await connection.createConfirmChannel();
  const refused = new Promise<void>((resolve) => {
    const more = (): void => {
      channel.publish('', queue, Buffer.from('{"n":0}'), { persistent: true }, (error: unknown) => {
        if (error) resolve();
        else more();
      });
    };
    for (let parallel = 0; parallel < 200; parallel++) more();
  });
  await refused;
  await connection.close();
}
