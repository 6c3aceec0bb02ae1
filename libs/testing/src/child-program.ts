import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** A Node process of its own that runs a piece of this project. */
export interface ChildProgram {
  readonly pid: number;
  /** The first line of its stdout. @throws Error with its stderr when it ends without one */
  readonly firstLine: Promise<string>;
  readonly exited: Promise<unknown>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * @param code CommonJS; may `require('@axis/…')`
 * @param options.uid an ordinary user to run as, when we are root
 */
export function childProgram(code: string, options: { uid?: number; env?: NodeJS.ProcessEnv } = {}): ChildProgram {
  const { uid, env } = options;
  const child = spawn(process.execPath, ['-r', join(root, 'libs/testing/src/typescript.cjs'), '-e', code], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let stdout = '';
  let stderr = '';
  const exited = once(child, 'exit');
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
    child.once('close', () => {
      reject(new Error(`the child program ended: ${stderr}`));
    });
  });
  return { pid: child.pid ?? 0, firstLine, exited, kill: (signal) => child.kill(signal) };
}
