import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '../process/identity';
import type { LogLine } from '../process/server-process';
import { endProcess, type EndingSteps } from '../process/signals';

/**
 * Postgres will not start while the process its postmaster.pid names is alive. That process is either a Postgres on this
 * very folder that a crashed run left (it is ended), or a stranger who was given the pid since (the file is stale).
 */
export async function clearPidFile(data: string, ending: EndingSteps, log: LogLine): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  const holder = Number.isNaN(pid) ? undefined : identify(pid);
  if (holder === undefined) return;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (commandLine.split('\0').includes(data)) {
    log(`ending Postgres ${pid}, left by an earlier run`);
    await endProcess(holder, ending);
  } else {
    await rm(file, { force: true });
  }
}
