import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedServer } from '../embedded-server';
import { EmbeddedError } from '../errors';
import { onFreePorts, rememberedPorts } from '../process/ports';
import { type RunAs, unprivileged } from '../process/run-as';
import { endLeftover, type LogLine, ServerProcess, untilReady } from '../process/server-process';
import type { EndingSteps } from '../process/signals';
import { type PostgresBinaries, preparePostgres } from './binaries';
import { answers, ensureDatabase } from './client';
import { type Cluster, openCluster, OWNER, postgresEnvironment, serverSettings } from './cluster';
import { clearPidFile } from './pid-file';

export interface PostgresOptions {
  /** Everything this server keeps lies in this folder. */
  readonly dir: string;
  readonly log: LogLine;
  /** False only for tests: commits are fast and a crash of the machine may lose the data. */
  readonly durable?: boolean;
}

/** Postgres's own ways to stop: fast (roll back what runs, write a checkpoint), immediate, and none. */
const ENDING: EndingSteps = [
  { signal: 'SIGINT', waitMs: 30_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
const CRASH: EndingSteps = [{ signal: 'SIGKILL', waitMs: 5_000 }];

/** Long enough to replay the whole write-ahead log after a crash. */
const READY_WITHIN_MS = 180_000;

/**
 * Starts a private Postgres with one user and one database, both named `axis`, UTF-8.
 * A server left by a crashed run is ended first, and what it had committed is there again.
 * @throws EmbeddedError embedded.postgres-missing, embedded.postgres-failed
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const { log, durable = true } = options;
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const binaries = await preparePostgres();
  await endLeftover(recordFileOf(dir), ENDING, log);
  const runAs = unprivileged([binaries.postgres, join(dir, 'data')]);
  const cluster = await openCluster(dir, binaries, runAs, durable);
  const start = (port: number): Promise<ServerProcess> =>
    startServer({ dir, log, durable, binaries, runAs, cluster }, port);

  return onFreePorts(dir, 1, async ([port = 0]) => {
    let server = await start(port);
    await ensureDatabase(urlOf(port, cluster, 'postgres'), OWNER);
    return {
      url: urlOf(port, cluster, OWNER),
      origin: `PostgreSQL ${binaries.version} from npm`,
      stop: () => server.end(),
      kill: () => server.end(CRASH),
      restart: async () => {
        await server.end();
        server = await start(port);
      },
    };
  });
}

/** Where the private Postgres in `dir` answers, for another process of its owner; only while it runs. */
export async function runningPostgres(dir: string): Promise<string> {
  const [port = 0] = await rememberedPorts(dir);
  return urlOf(port, { password: await readFile(join(dir, 'password'), 'utf8') }, OWNER);
}

interface Start extends Required<PostgresOptions> {
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs | undefined;
  readonly cluster: Cluster;
}

async function startServer(start: Start, port: number): Promise<ServerProcess> {
  const { dir, log, durable, binaries, runAs, cluster } = start;
  await clearPidFile(cluster.data, ENDING, log);
  const settings = Object.entries(serverSettings(port, durable)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  for (;;) {
    const server = await ServerProcess.start({
      command: binaries.postgres,
      args: ['-D', cluster.data, ...settings],
      env: postgresEnvironment(),
      cwd: '/',
      recordFile: recordFileOf(dir),
      ending: ENDING,
      log,
      ...(runAs && { runAs }),
    });
    const readiness = await untilReady(server, () => answers(urlOf(port, cluster, 'postgres')), READY_WITHIN_MS);
    if (readiness === 'ready') return server;
    await server.end();
    const output = server.recentOutput.join('\n');
    // Workers of a killed server take a moment to notice that they are alone.
    if (readiness === 'timeout' || !output.includes('pre-existing shared memory block')) {
      throw new EmbeddedError(
        'embedded.postgres-failed',
        `The private Postgres in ${dir} did not start (${readiness}).\n${output}`,
      );
    }
    await delay(200);
  }
}

function recordFileOf(dir: string): string {
  return join(dir, 'process.json');
}

function urlOf(port: number, { password }: Pick<Cluster, 'password'>, database: string): string {
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
}
