import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, onFreePorts } from './ports';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'axis-ports-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('finds different ports', async () => {
  const ports = await freePorts(Array.from({ length: 20 }, () => undefined));
  expect(new Set(ports).size).toBe(20);
});

it('gives the wished port when it is free, another when it is not', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await freePorts([port])).not.toEqual([port]);
  await once(server.close(), 'close');
  expect(await freePorts([port])).toEqual([port]);
});

it('gives the ports of last time again', async () => {
  const first = await onFreePorts(dir, 3, (ports) => Promise.resolve(ports));
  expect(await onFreePorts(dir, 3, (ports) => Promise.resolve(ports))).toEqual(first);
});

it('tries others when a port is taken before the server has it', async () => {
  const tried: number[][] = [];
  const started = await onFreePorts(dir, 1, (ports) => {
    tried.push(ports);
    return tried.length === 1 ? Promise.reject(new Error('listen EADDRINUSE')) : Promise.resolve(ports);
  });
  expect(started).not.toEqual(tried[0]);
  expect(tried).toHaveLength(2);
});

it('gives up at once when it is something else', async () => {
  await expect(onFreePorts(dir, 1, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
});
