import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identify, isAlive, parseIdentity } from './identity';
import { endProcess } from './signals';

it('knows a living process, and that it has died', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('a living process has an identity');
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});

it('takes another process with the same pid for another one', () => {
  const own = identify(process.pid);
  expect(own && isAlive({ ...own, startTicks: '1' })).toBe(false);
});

it('reads what it wrote, and nothing else', () => {
  const own = identify(process.pid);
  expect(parseIdentity(JSON.stringify(own))).toEqual(own);
  for (const text of ['', '{', 'null', '[]', '{"pid":"1"}', '{"pid":1,"startTicks":2,"bootId":""}']) {
    expect(parseIdentity(text)).toBeUndefined();
  }
});

it('ends a process that ignores the gentle signal', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done']);
  await once(child.stdout, 'data');
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('a living process has an identity');
  const exit = once(child, 'exit');
  await endProcess(identity, [
    { signal: 'SIGTERM', waitMs: 300 },
    { signal: 'SIGKILL', waitMs: 2_000 },
  ]);
  expect(await exit).toEqual([null, 'SIGKILL']);
});
