import { setTimeout as pause } from 'node:timers/promises';
import { brokerUrl, Cable, eventually, queue, Station, thing, things, type Things } from './testing/kit';

const spec = queue('clerk.things', { prefetch: 20, concurrency: 4, deliveryLimit: 20 });

test('closing lets running handlers finish, answers for them, and returns the rest', async () => {
  const station = new Station([spec]);
  const begun: number[] = [];
  const finished: number[] = [];
  station.transport.consume(spec, async ([message]: Things) => {
    const n = message?.event.data.n ?? -1;
    begun.push(n);
    await pause(n === -1 ? 0 : 300);
    finished.push(n);
  });
  await station.publisher.publish(things(20));
  await station.transport.start();
  await eventually(() => {
    expect(begun).toHaveLength(4);
  });

  await station.transport.close();

  expect(finished).toEqual(begun);
  expect(station.transport.isHealthy()).toBe(false);
  const next = station.anotherTransport();
  const taken: number[] = [];
  next.consume(spec, ([message]: Things) => {
    taken.push(message?.event.data.n ?? -1);
    return Promise.resolve();
  });
  await next.start();
  await eventually(() => {
    expect(taken).toHaveLength(16);
  });
  await pause(100);
  expect([...finished, ...taken].sort((a, b) => a - b)).toEqual(things(20).map((_, n) => n));
  expect(await station.deadLetters.count()).toBe(0);
  await next.close();
  await station.close();
});

test('closing waits no longer than the drain timeout; an unfinished message comes again elsewhere', async () => {
  const station = new Station([spec], { drainTimeoutMs: 200 });
  let begun = 0;
  station.transport.consume(spec, () => {
    begun += 1;
    return new Promise(() => undefined);
  });
  await station.transport.start();
  await station.publisher.publish([thing(1)]);
  await eventually(() => {
    expect(begun).toBe(1);
  });

  const began = performance.now();
  await station.transport.close();
  expect(performance.now() - began).toBeLessThan(2_000);

  const next = station.anotherTransport();
  const taken: { n: number; redelivered: boolean }[] = [];
  next.consume(spec, (messages: Things) => {
    taken.push(...messages.map(({ event, redelivered }) => ({ n: event.data.n, redelivered })));
    return Promise.resolve();
  });
  await next.start();
  await eventually(() => {
    expect(taken).toEqual([{ n: 1, redelivered: true }]);
  });
  await next.close();
  await station.close();
});

test('closing under load, again and again: every message is handled', async () => {
  const station = new Station([spec]);
  const done = new Set<string>();
  const consumeFor = async (ms: number): Promise<void> => {
    const process = station.anotherTransport();
    process.consume(spec, async (messages: Things) => {
      await pause(1);
      for (const { event } of messages) done.add(event.id);
    });
    await process.start();
    await pause(ms);
    await process.close();
  };
  const events = things(2_000);
  const publishing = station.publisher.publish(events);
  for (let time = 0; time < 5; time += 1) await Promise.all([consumeFor(80), consumeFor(120)]);
  expect(new Set(await publishing)).toEqual(new Set(['confirmed']));

  const last = consumeFor(3_000);
  await eventually(() => {
    expect(done.size).toBe(2_000);
  });
  await last;
  expect(await station.deadLetters.count()).toBe(0);
  await station.close();
});

test('closing does not wait for a broker that has fallen silent, and a handler may finish afterwards', async () => {
  const cable = await Cable.to(brokerUrl());
  const station = new Station([spec], { url: cable.through(brokerUrl()), drainTimeoutMs: 100 });
  let finish: () => void = () => undefined;
  let begun = 0;
  station.transport.consume(spec, () => {
    begun += 1;
    return new Promise((resolve) => (finish = resolve));
  });
  await station.transport.start();
  await station.publisher.publish([thing(1)]);
  await eventually(() => {
    expect(begun).toBe(1);
  });
  cable.freeze();

  const began = performance.now();
  const closing = station.transport.close();
  await pause(500);
  finish();
  await closing;
  expect(performance.now() - began).toBeLessThan(10_000);

  cable.unplug();
  cable.plug();
  await station.close();
  await cable.remove();
});
