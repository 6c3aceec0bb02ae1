import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../..');

/** One service in an operating system process of its own, as an installation runs it. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens. */
    readonly url: string,
  ) {}

  /** @throws Error with what it said when it ends before it is ready */
  static async start(name: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const child = spawn(process.execPath, ['bin/service.mjs', name], {
      cwd: ROOT,
      env: { ...process.env, ...env, LOG_LEVEL: 'info' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        said.push(line);
        const { msg, url } = line.startsWith('{') ? (JSON.parse(line) as { msg?: string; url?: string }) : {};
        if (msg === 'ready' && url !== undefined) resolve(url);
      });
      child.once('close', () => {
        reject(new Error(`${name} ended before it was ready:\n${said.slice(-20).join('\n')}`));
      });
    });
    return new ServiceProcess(child, url);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @returns its exit code, or the signal that ended it */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    const exited = once(this.child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    else return this.child.exitCode ?? String(this.child.signalCode);
    const [code, by] = await exited;
    return code ?? String(by);
  }
}
