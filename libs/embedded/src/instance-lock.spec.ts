import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InstanceLock, runningInstance } from './instance-lock';
import { identify } from './process/identity';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'axis-lock-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('lets one axis run on a folder, and names it to the second', async () => {
  const lock = await InstanceLock.acquire(dir);
  await lock.announce('http://127.0.0.1:8080');
  await expect(InstanceLock.acquire(dir)).rejects.toMatchObject({
    code: 'embedded.already-running',
    message: expect.stringMatching(new RegExp(`process ${process.pid}, at http://127.0.0.1:8080`)) as string,
  });
  expect(await runningInstance(dir)).toEqual({ pid: process.pid, address: 'http://127.0.0.1:8080' });
});

it('lets the next one run when the first has ended', async () => {
  await (await InstanceLock.acquire(dir)).release();
  expect(await runningInstance(dir)).toBeUndefined();
  await expect(InstanceLock.acquire(dir)).resolves.toBeInstanceOf(InstanceLock);
});

it.each(['nobody holds', 'a dead process holds'])(
  'lets only one of many that start at once, when %s it',
  async (who) => {
    if (who.startsWith('a dead')) await writeFile(join(dir, 'instance.json'), '{}');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => InstanceLock.acquire(dir)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(19);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'embedded.already-running' });
  },
);

it.each([
  ['a process that has died', () => JSON.stringify({ ...identify(process.pid), pid: spawnSync('true').pid })],
  ['a process whose pid another one has now', () => JSON.stringify({ ...identify(process.pid), startTicks: '1' })],
  ['a process of before the machine started', () => JSON.stringify({ ...identify(process.pid), bootId: 'earlier' })],
  ['nobody, half written', () => '{"pid":'],
])('takes over the lock of %s, and leaves no other file', async (_, content) => {
  await writeFile(join(dir, 'instance.json'), content());
  await InstanceLock.acquire(dir);
  expect(await runningInstance(dir)).toEqual({ pid: process.pid });
  expect(await readdir(dir)).toEqual(['instance.json']);
});
