import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { Registry } from 'prom-client';
import { Permanent } from './failure';
import { eventually, queue, Station, thing, things, type Things } from './testing/kit';
import { exchangeOf } from './topology';

const registry = new Registry();
const oneByOne = queue('clerk.one-by-one', { events: ['thing.happened'] });
const inBatches = queue('clerk.in-batches', { batch: { size: 10, waitMs: 50 }, prefetch: 40 });

let station: Station;

beforeEach(() => {
  registry.clear();
});

afterEach(async () => {
  await station.close();
});

const open = (spec: typeof oneByOne): Station => (station = new Station([spec], { registry }));

const counted = async (metric: string): Promise<number | undefined> => {
  const { values } = (await registry.getSingleMetric(metric)?.get()) ?? {};
  return values?.reduce((sum, { value }) => sum + value, 0);
};

test('a handler that throws gets the message again after the delay, then it is done', async () => {
  const { transport, publisher, deadLetters } = open(oneByOne);
  const seen: { attempt: number; at: number }[] = [];
  transport.consume(oneByOne, async ([message]: Things) => {
    seen.push({ attempt: message?.attempt ?? 0, at: performance.now() });
    await pause(1);
    if (seen.length < 3) throw new Error('not yet');
  });
  await transport.start();

  expect(await publisher.publish([thing(1)])).toEqual(['confirmed']);

  await eventually(async () => {
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(await counted('axis_messages_handled_total')).toBe(1);
  });
  const [first = 0, second = 0, third = 0] = seen.map(({ at }) => at);
  expect(second - first).toBeGreaterThanOrEqual(50);
  expect(third - second).toBeGreaterThanOrEqual(100);
  expect(await deadLetters.count()).toBe(0);
  expect(await counted('axis_messages_retried_total')).toBe(2);
});

test('a poison message ends among the dead letters, with its reason and what happened each time', async () => {
  const { transport, publisher, deadLetters, topology } = open(oneByOne);
  const poison = thing(1);
  let attempts = 0;
  transport.consume(oneByOne, () => {
    attempts += 1;
    return Promise.reject(Object.assign(new Error(`poison, time ${attempts}`), { code: 'pdf.broken' }));
  });
  await transport.start();
  await publisher.publish([poison]);

  await eventually(async () => {
    expect(await deadLetters.count()).toBe(1);
  });
  const [letter] = await deadLetters.peek();
  expect(attempts).toBe(3);
  expect(letter).toMatchObject({
    id: poison.id,
    event: poison,
    death: { queue: `${topology.namespace}.clerk.one-by-one`, reason: 'retries-exhausted' },
    history: {
      failures: [
        { attempt: 1, code: 'pdf.broken', message: 'poison, time 1' },
        { attempt: 2, code: 'pdf.broken', message: 'poison, time 2' },
        { attempt: 3, code: 'pdf.broken', message: 'poison, time 3' },
      ],
    },
  });
  expect(letter?.history.firstFailedAt).toBe(letter?.history.failures[0]?.at);
  expect(await registry.metrics()).toContain(
    `axis_messages_dead_lettered_total{queue="${topology.namespace}.clerk.one-by-one",reason="retries-exhausted"} 1`,
  );
});

test('the neighbours of a poison message in the same batch are handled once', async () => {
  const { transport, publisher, deadLetters } = open(inBatches);
  const handled: number[] = [];
  const batches: number[] = [];
  transport.consume(inBatches, async (messages: Things) => {
    batches.push(messages.length);
    const numbers = messages.map(({ event }) => event.data.n);
    await pause(1);
    if (numbers.includes(4)) throw new Error('4 is poison');
    handled.push(...numbers);
  });
  await transport.start();
  // The first message shows the subscription that nothing here killed its consumer before.
  await publisher.publish([thing(100)]);
  await eventually(() => {
    expect(handled).toEqual([100]);
  });
  await publisher.publish(things(10));

  await eventually(async () => {
    expect(await deadLetters.count()).toBe(1);
  });
  expect(batches).toContain(10);
  expect(handled.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 100]);
  expect((await deadLetters.peek()).map(({ event }) => event?.data)).toEqual([{ n: 4 }]);
});

test.each([
  ['Permanent', () => new Permanent('no such addressee', 'addressee.unknown')],
  [
    'an error marked permanent',
    () => Object.assign(new Error('no such addressee'), { permanent: true, code: 'addressee.unknown' }),
  ],
])('%s goes to the dead letters at once', async (_, error) => {
  const { transport, publisher, deadLetters } = open(oneByOne);
  let attempts = 0;
  transport.consume(oneByOne, () => {
    attempts += 1;
    return Promise.reject(error());
  });
  await transport.start();
  await publisher.publish([thing(1)]);

  await eventually(async () => {
    expect(await deadLetters.count()).toBe(1);
  });
  await pause(200);
  expect(attempts).toBe(1);
  expect((await deadLetters.peek())[0]).toMatchObject({
    death: { reason: 'permanent' },
    history: { failures: [{ attempt: 1, code: 'addressee.unknown', message: 'no such addressee' }] },
  });
});

test('a message that is no event goes to the dead letters, unchanged, without troubling the handler', async () => {
  const { transport, deadLetters, topology, options } = open(inBatches);
  const handled: unknown[] = [];
  transport.consume(inBatches, async (messages) => {
    handled.push(...messages);
    await pause(1);
  });
  await transport.start();
  const stranger = await connect(options.url);
  const channel = await stranger.createConfirmChannel();
  channel.publish(exchangeOf(topology), 'thing.odd', Buffer.from('{"n": 1'), {
    messageId: 'odd',
    headers: { who: 'me' },
  });
  await channel.waitForConfirms();
  await stranger.close();

  await eventually(async () => {
    expect(await deadLetters.count()).toBe(1);
  });
  const [letter] = await deadLetters.peek();
  expect(letter).toMatchObject({ id: 'odd', event: undefined, death: { reason: 'unreadable' } });
  expect(letter?.content.toString()).toBe('{"n": 1');
  expect(handled).toEqual([]);
});

test('dead letters can be looked at again and again, and sent back to work with their history', async () => {
  const { transport, publisher, deadLetters } = open(oneByOne);
  let mended = false;
  const handled: { n: number; attempt: number }[] = [];
  transport.consume(oneByOne, async (messages: Things) => {
    await pause(1);
    if (!mended) throw new Permanent('the directory is empty');
    handled.push(...messages.map(({ event, attempt }) => ({ n: event.data.n, attempt })));
  });
  await transport.start();
  await publisher.publish(things(5));
  await eventually(async () => {
    expect(await deadLetters.count()).toBe(5);
  });
  for (let look = 0; look < 25; look += 1) expect(await deadLetters.peek(2)).toHaveLength(2);

  expect(await deadLetters.requeue(({ event }) => event?.subject === 'thing-3')).toBe(1);
  await eventually(async () => {
    const again = (await deadLetters.peek()).find(({ event }) => event?.subject === 'thing-3');
    expect(again?.history.failures).toHaveLength(2);
  });

  mended = true;
  expect(await deadLetters.requeue(() => true)).toBe(5);
  await eventually(() => {
    expect(handled.map(({ n }) => n).sort()).toEqual([0, 1, 2, 3, 4]);
  });
  expect(handled.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
  expect(await deadLetters.count()).toBe(0);
});
