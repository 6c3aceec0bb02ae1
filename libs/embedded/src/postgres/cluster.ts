import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../errors';
import { boundToUs, type RunAs } from '../process/run-as';
import type { PostgresBinaries } from './binaries';

const run = promisify(execFile);
const MB = 1024 * 1024;

/** The one user and database of an embedded Postgres. */
export const OWNER = 'axis';

/** A folder that holds a Postgres database cluster: its data, and the password of its owner. */
export interface Cluster {
  readonly data: string;
  readonly password: string;
}

/** Opens the cluster in `dir`, making it first if there is none. A cluster half made by a crashed run is made anew. */
export async function openCluster(
  dir: string,
  binaries: PostgresBinaries,
  runAs: RunAs | undefined,
  durable: boolean,
): Promise<Cluster> {
  const data = join(dir, 'data');
  const passwordFile = join(dir, 'password');
  if (runAs) await chown(dir, runAs.uid, runAs.gid);
  if (!existsSync(data)) {
    const unfinished = join(dir, 'data.unfinished');
    await rm(unfinished, { recursive: true, force: true });
    await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
    await chmod(passwordFile, 0o600);
    if (runAs) await chown(passwordFile, runAs.uid, runAs.gid);
    await initialise(unfinished, passwordFile, binaries, runAs, durable);
    await rename(unfinished, data);
  }
  return { data, password: await readFile(passwordFile, 'utf8') };
}

async function initialise(
  data: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  runAs: RunAs | undefined,
  durable: boolean,
): Promise<void> {
  const { command, args, ...owner } = boundToUs(
    binaries.initdb,
    [
      ...['-D', data, '-U', OWNER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
      // The built-in provider orders by code point as C does, and unlike C knows that đ is the small Đ.
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...(durable ? [] : ['--no-sync']),
    ],
    'SIGTERM',
    runAs,
  );
  try {
    await run(command, args, { ...owner, cwd: '/', env: postgresEnvironment() });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new EmbeddedError(
      'embedded.postgres-failed',
      `Postgres could not make its data folder ${data}: ${stderr.trim()}`,
      {
        cause: error,
      },
    );
  }
}

/** Nothing of ours: PGDATA, PGPORT, … of the person's own shell are not meant for this server. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/** What `postgres` is started with; not written into the cluster, so that a newer axis can change it. */
export function serverSettings(port: number, durable: boolean): Record<string, string | number> {
  const sharedBuffers = Math.max(64, Math.min(512, Math.floor(totalmem() / MB / 8)));
  return {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: `${sharedBuffers}MB`,
    // Documents are written in large rows: fewer, larger checkpoints write each page image less often.
    max_wal_size: '4GB',
    random_page_cost: 1.1,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
}
