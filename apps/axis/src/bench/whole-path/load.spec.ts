import { setTimeout as pause } from 'node:timers/promises';
import { now, sendAll } from './load';

const load = { bytes: 1, senders: 3, documents: 20, seconds: 10 };
const accept = async (index: number) => {
  const sentAt = now();
  await pause(2);
  return { documentId: String(index), sentAt, acceptedAt: now() };
};

test('sends each document once, by so many senders at a time and no more', async () => {
  let sending = 0;
  let most = 0;
  const { accepted } = await sendAll(load, async (index) => {
    most = Math.max(most, ++sending);
    const one = await accept(index);
    sending -= 1;
    return one;
  });
  expect(accepted.map(({ documentId }) => Number(documentId)).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(most).toBe(3);
});

test('ends when its time is over', async () => {
  const { accepted } = await sendAll({ ...load, documents: 100_000, seconds: 0.1 }, accept);
  expect(accepted.length).toBeGreaterThan(0);
  expect(accepted.length).toBeLessThan(1000);
});

test('keeps its pace when it has one', async () => {
  const { accepted } = await sendAll({ ...load, documents: 11, pace: 100 }, accept);
  const times = accepted.map(({ sentAt }) => sentAt);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(80);
});
