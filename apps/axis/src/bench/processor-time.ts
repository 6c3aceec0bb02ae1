import { readdirSync, readFileSync } from 'node:fs';

/** Linux' USER_HZ: what `/proc/PID/stat` counts in is a hundredth of a second on every platform Node runs on. */
const TICKS_A_SECOND = 100;

interface ProcessState {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly seconds: number;
}

/**
 * CPU seconds used so far by the processes of this name that were started with `folder` in their command line, and by
 * their children of the same name; 0 where there is no `/proc`.
 */
export function processorSeconds(name: string, folder: string): number {
  const all = processes().filter((process) => process.name === name);
  const family = new Set(all.filter(({ pid }) => commandLine(pid).includes(folder)).map(({ pid }) => pid));
  return all
    .filter(({ pid, parent }) => family.has(pid) || family.has(parent))
    .reduce((sum, one) => sum + one.seconds, 0);
}

function processes(): ProcessState[] {
  const entries = readAll('/proc').filter((entry) => /^\d+$/.test(entry));
  return entries.flatMap((entry) => {
    const stat = read(`/proc/${entry}/stat`);
    const end = stat.lastIndexOf(')');
    if (end < 0) return [];
    // proc_pid_stat(5): after the name come state (3), ppid (4), …, utime, stime, cutime, cstime (14-17).
    const fields = stat.slice(end + 2).split(' ');
    const seconds = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;
    return [{ pid: Number(entry), name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(fields[1]), seconds }];
  });
}

const commandLine = (pid: number): string => read(`/proc/${pid}/cmdline`);

/** A process may be gone by the time it is read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readAll(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
