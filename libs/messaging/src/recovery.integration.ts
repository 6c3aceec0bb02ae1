import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EmbeddedServer, startRabbitMq } from '@axis/embedded';
import { connect } from 'amqplib';
import { queue, eventually, Station, things, type Things } from './testing/kit';
import { queueNameOf } from './topology';

const spec = queue('clerk.things', { prefetch: 100, batch: { size: 20, waitMs: 2 }, deliveryLimit: 20 });

/** A consumer that remembers each event by its id, as a database with a unique key would. */
function remembering(station: Station): { done: Set<string>; repeats: () => number } {
  const done = new Set<string>();
  let handled = 0;
  station.transport.consume(spec, async (messages: Things) => {
    await pause(2);
    for (const { event } of messages) done.add(event.id);
    handled += messages.length;
  });
  return { done, repeats: () => handled - done.size };
}

/** Publishes without end until stopped; what it says was confirmed must arrive. */
function load(station: Station): { stop: () => Promise<Set<string>> } {
  const confirmed = new Set<string>();
  const until = new AbortController();
  const publishing = (async () => {
    while (!until.signal.aborted) {
      const events = things(50);
      const outcomes = await station.publisher.publish(events);
      outcomes.forEach((outcome, n) => {
        const { id } = events[n] ?? { id: '' };
        if (outcome === 'confirmed') confirmed.add(id);
      });
      await pause(5);
    }
  })();
  return {
    stop: async () => {
      until.abort();
      await publishing;
      return confirmed;
    },
  };
}

const missing = (confirmed: Set<string>, done: Set<string>): string[] => [...confirmed].filter((id) => !done.has(id));

describe('on a broker that stays up', () => {
  let station: Station;

  beforeEach(() => {
    station = new Station([spec]);
  });

  afterEach(async () => {
    await station.close();
  });

  test('a channel that the broker closes is replaced, and nothing is lost', async () => {
    const { done } = remembering(station);
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
    const { done } = remembering(station);
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
});

describe('on a broker that goes and comes back', () => {
  let broker: EmbeddedServer;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'axis-messaging-'));
    broker = await startRabbitMq({ dir, cacheDir: join('.axis', 'cache'), log: () => undefined });
  }, 180_000);

  afterAll(async () => {
    await broker.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(['stopped', 'killed'])(
    'under load, %s and started again: everything confirmed is handled, once in effect',
    async (how) => {
      const station = new Station([spec], { url: broker.url });
      const { done, repeats } = remembering(station);
      await station.transport.start();
      const publishing = load(station);
      await eventually(() => {
        expect(done.size).toBeGreaterThan(500);
      });

      if (how === 'killed') await broker.kill();
      await broker.restart();
      const before = done.size;
      await eventually(() => {
        expect(station.transport.isHealthy()).toBe(true);
        expect(done.size).toBeGreaterThan(before + 500);
      }, 60_000);

      const confirmed = await publishing.stop();
      await eventually(() => {
        expect(missing(confirmed, done)).toEqual([]);
      }, 30_000);
      expect(await station.deadLetters.count()).toBe(0);
      process.stdout.write(
        `broker ${how}: ${confirmed.size} confirmed, ${done.size} handled, ${repeats()} came again\n`,
      );
      await station.close();
    },
    180_000,
  );

  test('a service that starts before its broker waits for it', async () => {
    await broker.stop();
    const station = new Station([spec], { url: broker.url });
    const { done } = remembering(station);
    const starting = station.transport.start();
    const publishing = station.publisher.publish(things(3));
    expect(await Promise.race([starting, pause(500, 'waiting')])).toBe('waiting');
    expect(station.transport.isHealthy()).toBe(false);

    await broker.restart();

    await starting;
    expect(await publishing).toEqual(['confirmed', 'confirmed', 'confirmed']);
    await eventually(() => {
      expect(done.size).toBe(3);
    });
    await station.close();
  }, 120_000);
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
