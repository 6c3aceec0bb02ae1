import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';

const ATTEMPTS = 3;

/**
 * Calls `start` with free TCP ports of 127.0.0.1, all different: those of last time while nobody else has taken them,
 * so that addresses people have written down stay true. Tries others when a port is taken before the server has it.
 */
export async function onFreePorts<T>(dir: string, count: number, start: (ports: number[]) => Promise<T>): Promise<T> {
  let wishes = await rememberedPorts(dir);
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(Array.from({ length: count }, (_, place) => wishes[place]));
    try {
      const started = await start(ports);
      await writeFile(portsFile(dir), ports.join(' '));
      return started;
    } catch (error) {
      if (attempt === ATTEMPTS || !/could not bind|eaddrinuse|address already in use/i.test(String(error))) throw error;
      wishes = [];
    }
  }
}

/** The ports a server in `dir` had last; none when there was none. */
export async function rememberedPorts(dir: string): Promise<number[]> {
  return (await readFile(portsFile(dir), 'utf8').catch(() => '')).split(' ').map(Number).filter(isPort);
}

const portsFile = (dir: string): string => join(dir, 'ports');

/** Free TCP ports of 127.0.0.1, all different; each is the wished one if that is free. */
export async function freePorts(wishes: readonly (number | undefined)[]): Promise<number[]> {
  const held: Server[] = [];
  try {
    for (const wish of wishes) held.push((await hold(wish ?? 0)) ?? (await holdAny()));
    return held.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(held.map((server) => once(server.close(), 'close')));
  }
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening');
    return server;
  } catch {
    return undefined;
  }
}

async function holdAny(): Promise<Server> {
  const server = await hold(0);
  if (server === undefined) throw new Error('127.0.0.1 has no free TCP port');
  return server;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 1023 && value < 65536;
}
