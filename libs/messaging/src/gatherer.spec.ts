import { Gatherer, type GathererOptions } from './gatherer';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Batches stay running until the test finishes them. */
function gathering(options: Partial<GathererOptions>) {
  const batches: number[][] = [];
  const running: (() => void)[] = [];
  const gatherer = new Gatherer<number>({ size: 3, waitMs: 10, concurrency: 1, ...options }, (batch) => {
    batches.push([...batch]);
    return new Promise((resolve) => running.push(resolve));
  });
  const finish = async (): Promise<void> => {
    running.shift()?.();
    await jest.advanceTimersByTimeAsync(0);
  };
  const add = (...items: number[]): void => {
    for (const item of items) gatherer.add(item);
  };
  return { gatherer, batches, finish, add };
}

test('a full batch runs at once', () => {
  const { batches, add } = gathering({});
  add(1, 2, 3);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('an incomplete batch waits for more, but not for long', async () => {
  const { batches, add } = gathering({});
  add(1);
  await jest.advanceTimersByTimeAsync(6);
  add(2);
  await jest.advanceTimersByTimeAsync(3);
  expect(batches).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(batches).toEqual([[1, 2]]);
});

test('without batches each runs by itself, so many side by side', async () => {
  const { batches, finish, add } = gathering({ size: 1, waitMs: 0, concurrency: 2 });
  add(1, 2, 3);
  expect(batches).toEqual([[1], [2]]);
  await finish();
  expect(batches).toEqual([[1], [2], [3]]);
});

test('while all are busy the next batch grows, up to its size', async () => {
  const { batches, finish, add } = gathering({ waitMs: 0 });
  add(1, 2, 3, 4, 5);
  expect(batches).toEqual([[1]]);
  await finish();
  expect(batches).toEqual([[1], [2, 3, 4]]);
  await finish();
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
});

test('what must be alone is alone, in its turn, and hurries those before it', async () => {
  const { gatherer, batches, finish, add } = gathering({});
  add(1, 2);
  gatherer.add(3, true);
  add(4, 5, 6);
  expect(batches).toEqual([[1, 2]]);
  await finish();
  await finish();
  expect(batches).toEqual([[1, 2], [3], [4, 5, 6]]);
});

test('discarding forgets what has not begun; idle waits for what has', async () => {
  const { gatherer, batches, finish, add } = gathering({});
  add(1, 2, 3, 4);
  expect(gatherer.discard()).toBe(1);
  let idle = false;
  void gatherer.idle().then(() => (idle = true));
  await jest.advanceTimersByTimeAsync(50);
  expect(idle).toBe(false);
  await finish();
  expect(idle).toBe(true);
  expect(batches).toEqual([[1, 2, 3]]);
  await expect(gatherer.idle()).resolves.toBeUndefined();
});
