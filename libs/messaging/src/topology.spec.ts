import { axisTopology, deadLettersOf, exchangeOf, queueNameOf, retryNameOf, roads } from './topology';

test('names on the broker begin with the namespace', () => {
  const topology = axisTopology('axis');
  expect(exchangeOf(topology)).toBe('axis.events');
  expect(deadLettersOf(topology)).toBe('axis.dead-letters');
  expect(queueNameOf(topology, roads['signer.document-submitted'])).toBe('axis.signer.document-submitted');
  expect(retryNameOf(topology, 5_000)).toBe('axis.retry.5000ms');
});

test('a batch fits into what a process may hold', () => {
  for (const { prefetch, batch, concurrency } of Object.values(roads)) {
    expect(prefetch).toBeGreaterThanOrEqual((batch?.size ?? 1) * (concurrency ?? 1));
  }
});
