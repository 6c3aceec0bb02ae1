import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, parseIdentity, type ProcessIdentity } from './identity';
import { boundToUs, type RunAs } from './run-as';
import { endProcess, type EndingSteps } from './signals';

export type LogLine = (line: string) => void;

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Where the running process is remembered, for the start after a crash. */
  readonly recordFile: string;
  /** From gentle to certain; the kernel sends the first one should this process die before its server. */
  readonly ending: EndingSteps;
  readonly runAs?: RunAs;
  readonly log: LogLine;
}

const RECENT_LINES = 30;

/** A server that lives no longer than this process. */
export class ServerProcess {
  /** Its last lines of output, for the error that says why it did not start. */
  readonly recentOutput: string[] = [];
  hasExited = false;

  private constructor(
    private readonly server: ServerCommand,
    private readonly identity: ProcessIdentity,
    private readonly exit: Promise<unknown>,
  ) {
    void exit.then(() => (this.hasExited = true));
  }

  static async start(server: ServerCommand): Promise<ServerProcess> {
    const orphaned = server.ending[0]?.signal ?? 'SIGKILL';
    const { command, args, ...owner } = boundToUs(server.command, server.args, orphaned, server.runAs);
    // Detached: Ctrl-C reaches the terminal's whole foreground group, and a server must outlive the drain of its clients.
    const child = spawn(command, args, {
      ...owner,
      cwd: server.cwd,
      env: server.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0) ?? { pid: child.pid ?? 0, startTicks: '', bootId: '' };
    const started = new ServerProcess(server, identity, exit);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        started.heard(line);
      });
    }
    await writeFile(server.recordFile, JSON.stringify(identity));
    return started;
  }

  /** Ends the server, and forgets it once it is gone. */
  async end(steps: EndingSteps = this.server.ending): Promise<void> {
    if (!this.hasExited) await endProcess(this.identity, steps);
    await this.exit;
    await rm(this.server.recordFile, { force: true });
  }

  private heard(line: string): void {
    this.server.log(line);
    this.recentOutput.push(line);
    if (this.recentOutput.length > RECENT_LINES) this.recentOutput.shift();
  }
}

/** Ends the server an earlier run left behind, if it is still that very process. */
export async function endLeftover(recordFile: string, steps: EndingSteps, log: LogLine): Promise<void> {
  const leftover = parseIdentity(await readFile(recordFile, 'utf8').catch(() => ''));
  if (leftover && isAlive(leftover)) {
    log(`ending process ${leftover.pid}, left by an earlier run`);
    await endProcess(leftover, steps);
  }
  await rm(recordFile, { force: true });
}

/** Asks `isReady` again and again until it says yes, the server ends, or the time is up. */
export async function untilReady(
  server: ServerProcess,
  isReady: () => Promise<boolean>,
  timeoutMs: number,
): Promise<'ready' | 'exited' | 'timeout'> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (server.hasExited) return 'exited';
    if (await isReady()) return 'ready';
    await delay(50);
  }
  return 'timeout';
}
