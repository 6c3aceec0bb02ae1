import { readFileSync } from 'node:fs';

/** Bytes of a process in memory (proc_pid_status(5)). */
export function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** How far above `idle` a process went meanwhile, in bytes. */
export async function growthOf(pid: number, idle: number, work: () => Promise<void>): Promise<number> {
  let highest = 0;
  const watch = setInterval(() => (highest = Math.max(highest, residentOf(pid))), 10);
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  return highest - idle;
}
