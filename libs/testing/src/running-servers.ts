import type { EmbeddedServer } from '../../embedded/src';

/** What the setup of a test run started, kept for its end. */
export interface RunningServers {
  readonly dir: string;
  readonly servers: readonly EmbeddedServer[];
}

let running: RunningServers | undefined;

export function keep(started: RunningServers): void {
  running = started;
}

export function take(): RunningServers | undefined {
  const taken = running;
  running = undefined;
  return taken;
}
