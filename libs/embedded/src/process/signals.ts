import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './identity';

/** Ways to end a process, the gentlest first: send the signal, wait that many milliseconds, go on to the next. */
export type EndingSteps = readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[];

/** Ends a process of ours or of a crashed earlier run, and returns when it is gone. */
export async function endProcess(process: ProcessIdentity, steps: EndingSteps): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (!send(process, signal)) return;
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!isAlive(process)) return;
      await delay(20);
    }
  }
}

/** False when the process is already gone. */
function send(target: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false;
  try {
    process.kill(target.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
