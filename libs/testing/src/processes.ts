import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of the living processes whose command line or environment names this folder. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => ({ command: read(`/proc/${pid}/cmdline`), environment: read(`/proc/${pid}/environ`) }))
    .filter(({ command, environment }) => `${command}\0${environment}`.includes(folder))
    .map(({ command }) => command.replaceAll('\0', ' ').trim());
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
