import { queue, Station, things, eventually, type Things } from './testing/kit';

/** Says how fast it went; asserts only that all arrived. */
test('10,000 messages', async () => {
  const spec = queue('clerk.things', { prefetch: 400, batch: { size: 100, waitMs: 5 } });
  const station = new Station([spec]);
  const done = new Set<string>();
  const batches: number[] = [];
  station.transport.consume(spec, (messages: Things) => {
    for (const { event } of messages) done.add(event.id);
    batches.push(messages.length);
    return Promise.resolve();
  });
  await station.transport.start();

  const began = performance.now();
  const outcomes = await station.publisher.publish(things(10_000));
  const published = performance.now() - began;
  await eventually(() => {
    expect(done.size).toBe(10_000);
  });
  const handled = performance.now() - began;

  expect(new Set(outcomes)).toEqual(new Set(['confirmed']));
  const perSecond = (ms: number): string => `${Math.round(10_000_000 / ms)}/s`;
  process.stdout.write(
    `10,000 messages: confirmed ${perSecond(published)}, handled ${perSecond(handled)}, ` +
      `${Math.round(10_000 / batches.length)} in a batch\n`,
  );
  await station.close();
});
