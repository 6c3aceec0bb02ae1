import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbeddedError } from './errors';
import { identify, isAlive, parseIdentity, type ProcessIdentity } from './process/identity';

/** An axis that runs on a data folder. */
export interface Instance {
  readonly pid: number;
  /** Where it answers, once it does. */
  readonly address?: string;
}

/** One running axis per data folder. The lock of a process that died is taken over. */
export class InstanceLock {
  private constructor(
    private readonly file: string,
    private readonly owner: ProcessIdentity,
  ) {}

  /** @throws EmbeddedError embedded.already-running, naming who runs and where it answers */
  static async acquire(dir: string): Promise<InstanceLock> {
    await mkdir(dir, { recursive: true });
    const owner = identify(process.pid) ?? { pid: process.pid, startTicks: '', bootId: '' };
    const lock = new InstanceLock(lockFile(dir), owner);
    const made = `${lock.file}.${randomUUID()}`;
    await writeFile(made, JSON.stringify(owner));
    try {
      // A link is made or refused in one step, and shows the others a file that is already complete.
      while (!(await linked(made, lock.file))) await removeIfStale(lock.file, dir);
    } finally {
      await rm(made, { force: true });
    }
    return lock;
  }

  /** Tells whoever meets the lock where this axis answers. */
  async announce(address: string): Promise<void> {
    const written = `${this.file}.${randomUUID()}`;
    await writeFile(written, JSON.stringify({ ...this.owner, address }));
    await rename(written, this.file);
  }

  async release(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** The axis that runs on this folder now, if any. */
export async function runningInstance(dir: string): Promise<Instance | undefined> {
  return aliveIn(await readFile(lockFile(dir), 'utf8').catch(() => ''));
}

function lockFile(dir: string): string {
  return join(resolve(dir), 'instance.json');
}

function aliveIn(text: string): Instance | undefined {
  const owner = parseIdentity(text);
  if (owner === undefined || !isAlive(owner)) return undefined;
  const { address } = JSON.parse(text) as { address?: string };
  return { pid: owner.pid, ...(address !== undefined && { address }) };
}

async function removeIfStale(file: string, dir: string): Promise<void> {
  refuseIfAlive(await readFile(file, 'utf8').catch(() => ''), dir);
  // Of several that find the same stale lock one may already have put its own in its place: each judges again what it
  // really took away, and puts a living one back.
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => undefined);
  try {
    const taken = await readFile(aside, 'utf8').catch(() => '');
    if (aliveIn(taken)) await linked(aside, file);
    refuseIfAlive(taken, dir);
  } finally {
    await rm(aside, { force: true });
  }
}

function refuseIfAlive(text: string, dir: string): void {
  const instance = aliveIn(text);
  if (instance === undefined) return;
  const at = instance.address === undefined ? '' : `, at ${instance.address}`;
  throw new EmbeddedError(
    'embedded.already-running',
    `An axis already runs on ${dir} (process ${instance.pid}${at}). Stop it first: kill ${instance.pid}`,
  );
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
