import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Whom a server runs as. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /** It may pass folders closed to it: the project lies in one (root's own home, mode 700). */
  readonly passesClosedFolders: boolean;
}

/**
 * Postgres refuses to run as root. Then it runs as `nobody`, an account every system has, so no account is made.
 * Undefined when we are an ordinary user: servers run as ourselves.
 * @param paths what the server must reach: its program, its data
 */
export function unprivileged(paths: readonly string[]): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  return {
    uid: Number(nobody?.[2] ?? 65534),
    gid: Number(nobody?.[3] ?? 65534),
    passesClosedFolders: !paths.every((path) => isOpenToOthers(realpathSync(dirname(path)))),
  };
}

function isOpenToOthers(path: string): boolean {
  const open = (statSync(path).mode & constants.S_IXOTH) !== 0;
  return open && (path === '/' || isOpenToOthers(dirname(path)));
}

/**
 * The command line that starts a server bound to this process: the kernel sends it `signal` when this process dies,
 * however it dies (prctl(2) PR_SET_PDEATHSIG), so that `kill -9` leaves no server behind. Without setpriv (util-linux,
 * essential on Debian) the server starts all the same, and the next start ends what was left.
 */
export function boundToUs(
  command: string,
  args: readonly string[],
  signal: NodeJS.Signals,
  runAs?: RunAs,
): { command: string; args: string[]; uid?: number; gid?: number } {
  const setpriv = findProgram('setpriv');
  if (setpriv === undefined) return { command, args: [...args], ...(runAs && { uid: runAs.uid, gid: runAs.gid }) };
  const privileges = ['--pdeathsig', signal.slice(3)];
  if (runAs) privileges.push(`--reuid=${runAs.uid}`, `--regid=${runAs.gid}`, '--clear-groups');
  if (runAs?.passesClosedFolders) {
    // capabilities(7): an ambient one outlives the change of user and the exec; without the secure bit access(2), by
    // which Postgres looks for its own programs, would leave it out.
    const only = '-all,+dac_override';
    privileges.push('--inh-caps', only, '--ambient-caps', only, '--securebits', '+no_setuid_fixup');
  }
  return { command: setpriv, args: [...privileges, '--', command, ...args] };
}

/** The folders programs lie in; ordinary users seldom have the sbin ones in PATH. */
export function programFolders(): string[] {
  const usual = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return [...new Set([...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...usual])];
}

/** The full path of an executable program, or undefined. */
export function findProgram(name: string): string | undefined {
  return programFolders()
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
