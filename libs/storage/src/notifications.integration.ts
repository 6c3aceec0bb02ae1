import { setTimeout as sleep } from 'node:timers/promises';
import { testStorage, type TestStorage } from '@axis/testing';
import { Logger } from '@nestjs/common';
import { connectionSettings } from './data-source';
import { Notifications } from './notifications';

Logger.overrideLogger(false);

const APPLICATION = 'axis notifications test';
const LONG = 20_000;
let storage: TestStorage;
let here: Notifications;
let elsewhere: Notifications;

beforeAll(async () => {
  storage = await testStorage();
});
afterAll(() => storage.drop());
beforeEach(() => {
  const settings = connectionSettings({ url: storage.url, applicationName: APPLICATION });
  here = new Notifications(settings);
  elsewhere = new Notifications(settings);
});
afterEach(() => Promise.all([here.onApplicationShutdown(), elsewhere.onApplicationShutdown()]));

const { any, only } = { any: () => true, only: (wanted: string) => (payload: string) => payload === wanted };
const notify = (channel: string, payload: string): Promise<void> =>
  storage.dataSource.transaction(async (manager) => {
    await manager.query('SELECT 1');
    elsewhere.notify(manager, channel, payload);
  });

/** The first wait on a channel is woken when listening has begun. */
const listen = async (channel: string): Promise<void> => {
  expect(await here.wait(channel, any, LONG)).toBe(true);
};

it('wakes those who wait for that payload, in another process, after the commit', async () => {
  await listen('inbox');
  const mine = here.wait('inbox', only('G12'), LONG);
  const another = here.wait('inbox', only('H17'), 700);
  await storage.dataSource.transaction(async (manager) => {
    elsewhere.notify(manager, 'inbox', 'G12');
    expect(await Promise.race([mine, sleep(150, 'still waiting')])).toBe('still waiting');
  });
  expect(await mine).toBe(true);
  expect(await another).toBe(false);
});

it('wakes nobody for a transaction that rolled back', async () => {
  await listen('inbox');
  const waiting = here.wait('inbox', any, 400);
  const failing = storage.dataSource.transaction((manager) => {
    elsewhere.notify(manager, 'inbox', 'G12');
    return Promise.reject(new Error('no'));
  });
  await expect(failing).rejects.toThrow('no');
  expect(await waiting).toBe(false);
});

it('gives up after its time, when aborted, and at once when already aborted', async () => {
  await listen('inbox');
  const start = Date.now();
  expect(await here.wait('inbox', any, 100)).toBe(false);
  expect(Date.now() - start).toBeGreaterThanOrEqual(95);
  const abort = new AbortController();
  const waiting = here.wait('inbox', any, LONG, abort.signal);
  abort.abort();
  expect(await waiting).toBe(false);
  expect(await here.wait('inbox', any, LONG, abort.signal)).toBe(false);
});

it('serves hundreds of waiters over one connection', async () => {
  await listen('inbox');
  const waiting = Array.from({ length: 500 }, (_, i) => here.wait('inbox', only(`agency-${i}`), LONG));
  await Promise.all(Array.from({ length: 500 }, (_, i) => notify('inbox', `agency-${i}`)));
  expect(await Promise.all(waiting)).toEqual(Array(500).fill(true));
  const [connections] = await storage.dataSource.query<{ n: number }[]>(
    'SELECT count(*)::integer AS n FROM pg_stat_activity WHERE application_name = $1',
    [APPLICATION],
  );
  expect(connections?.n).toBe(2);
});

it('loses its connection, comes back, wakes everyone once, and hears again', async () => {
  await listen('inbox');
  await notify('inbox', 'so that the other is connected too');
  await sleep(100);
  const waiting = Array.from({ length: 3 }, () => here.wait('inbox', only('never sent'), LONG));
  const [ended] = await storage.dataSource.query<{ n: number }[]>(
    'SELECT count(pg_terminate_backend(pid))::integer AS n FROM pg_stat_activity WHERE application_name = $1',
    [APPLICATION],
  );
  expect(ended?.n).toBe(2);
  expect(await Promise.all(waiting)).toEqual([true, true, true]);
  const again = here.wait('inbox', only('G12'), LONG);
  await notify('inbox', 'G12');
  expect(await again).toBe(true);
});

it('keeps a notice while the connection is away', async () => {
  await listen('inbox');
  const waiting = here.wait('inbox', only('first'), LONG);
  await notify('inbox', 'first');
  expect(await waiting).toBe(true);
  await storage.dataSource.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
    APPLICATION,
  ]);
  expect(await here.wait('inbox', any, LONG)).toBe(true);
  const next = here.wait('inbox', only('second'), LONG);
  await notify('inbox', 'second');
  expect(await next).toBe(true);
});

it('ends every wait when the process stops', async () => {
  await listen('inbox');
  const waiting = here.wait('inbox', any, LONG);
  here.onModuleDestroy();
  expect(await waiting).toBe(false);
  expect(await here.wait('inbox', any, LONG)).toBe(false);
});

it('refuses a payload that NOTIFY would refuse', () => {
  expect(() => {
    here.notify(storage.dataSource.manager, 'inbox', 'x'.repeat(8000));
  }).toThrow(RangeError);
});
