import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { Registry } from 'prom-client';
import { declare } from './declare';
import { brokerUrl, Cable, eventually, queue, Station, things, type Things } from './testing/kit';
import { load, missing, remembering } from './testing/load';
import { queueNameOf } from './topology';

const spec = queue('clerk.things', { prefetch: 100, batch: { size: 20, waitMs: 2 }, deliveryLimit: 20 });

let station: Station;

beforeEach(() => {
  station = new Station([spec]);
});

afterEach(async () => {
  await station.close();
});

test('a channel that the broker closes is replaced, and nothing is lost', async () => {
  const { done } = remembering(station, spec);
  await station.transport.start();
  const publishing = load(station);
  await eventually(() => {
    expect(done.size).toBeGreaterThan(100);
  });

  for (let time = 0; time < 3; time += 1) {
    await eventually(() => {
      expect(station.transport.isHealthy()).toBe(true);
    });
    breakChannel(station);
    await eventually(() => {
      expect(station.transport.isHealthy()).toBe(false);
    });
  }

  await eventually(() => {
    expect(station.transport.isHealthy()).toBe(true);
  });
  const confirmed = await publishing.stop();
  await eventually(() => {
    expect(missing(confirmed, done)).toEqual([]);
  });
});

test('a handler that outlives its channel answers for nothing on the next one', async () => {
  const running: (() => void)[] = [];
  const attempts: { n: number | undefined; redelivered: boolean | undefined }[] = [];
  station.transport.consume(spec, ([message]: Things) => {
    attempts.push({ n: message?.event.data.n, redelivered: message?.redelivered });
    return new Promise((resolve) => running.push(resolve));
  });
  await station.transport.start();
  await station.publisher.publish(things(1));
  await eventually(() => {
    expect(running).toHaveLength(1);
  });

  breakChannel(station);
  await eventually(() => {
    expect(station.transport.isHealthy()).toBe(false);
  });
  running[0]?.();

  // The broker took the message back with the channel, so it comes again, and its second handling is the one that counts.
  await eventually(() => {
    expect(attempts).toEqual([
      { n: 0, redelivered: false },
      { n: 0, redelivered: true },
    ]);
  });
  expect(await ready(station)).toBe(0);
  running[1]?.();
  await pause(200);
  expect(station.transport.isHealthy()).toBe(true);
  expect(attempts).toHaveLength(2);
});

test('a queue that somebody deletes is declared anew and consumed', async () => {
  const { done } = remembering(station, spec);
  await station.transport.start();
  await station.publisher.publish(things(1));
  const admin = await connect(station.options.url);
  const channel = await admin.createChannel();
  await channel.deleteQueue(queueNameOf(station.topology, spec));
  await admin.close();

  // Until it is back the broker says so for each event, and the outbox keeps it.
  expect(await station.publisher.publish(things(1))).toMatchObject([{ failed: 'unroutable' }]);
  await eventually(async () => {
    expect(await station.publisher.publish(things(1))).toEqual(['confirmed']);
  });
  await eventually(() => {
    expect(done.size).toBe(2);
  });
});

test('a consumer that the broker has forgotten without a word subscribes anew', async () => {
  const { done } = remembering(station, spec);
  await station.transport.start();
  const admin = await connect(station.options.url);
  const channel = await admin.createChannel();
  await channel.deleteQueue(queueNameOf(station.topology, spec));
  // Declares it again before the broker has told the consumer.
  await declare(channel, station.topology);
  await admin.close();

  expect(await station.publisher.publish(things(3))).toEqual(['confirmed', 'confirmed', 'confirmed']);
  await eventually(() => {
    expect(done.size).toBe(3);
  }, 20_000);
});

test('a connection that was cut, and one that merely fell silent, are replaced under load, and nothing is lost', async () => {
  const cable = await Cable.to(brokerUrl());
  // Seconds; a peer that is silent for two of them is given up.
  const url = new URL(cable.through(brokerUrl()));
  url.searchParams.set('heartbeat', '1');
  const registry = new Registry();
  const remote = new Station([spec], { url: url.href, registry });
  const { done } = remembering(remote, spec);
  await remote.transport.start();
  const publishing = load(remote);
  const connected = async (): Promise<number[] | undefined> =>
    (await registry.getSingleMetric('axis_amqp_connected')?.get())?.values.map(({ value }) => value);

  for (const fault of ['unplug', 'freeze'] as const) {
    await eventually(async () => {
      expect(await connected()).toEqual([1, 1]);
    });
    cable[fault]();
    await eventually(async () => {
      expect(remote.transport.isHealthy()).toBe(false);
      expect(await connected()).toEqual([0, 0]);
    });
    cable.plug();
    const before = done.size;
    await eventually(() => {
      expect(remote.transport.isHealthy()).toBe(true);
      expect(done.size).toBeGreaterThan(before + 100);
    });
  }

  const confirmed = await publishing.stop();
  await eventually(() => {
    expect(missing(confirmed, done)).toEqual([]);
  });
  expect(await remote.deadLetters.count()).toBe(0);
  await remote.close();
  await cable.remove();
});

/** Answers for a message that never was: the broker closes the channel (AMQP 0-9-1, precondition-failed). */
function breakChannel({ transport }: Station): void {
  const [consumer] = transport['consumers'];
  consumer?.['subscription']?.['channel'].ack({ fields: { deliveryTag: 999_999 } } as never);
}

/** How many messages wait in the queue, not handed out. */
async function ready(station: Station): Promise<number> {
  const connection = await connect(station.options.url);
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queueNameOf(station.topology, spec));
  await connection.close();
  return messageCount;
}
