import { connect } from 'amqplib';
import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { arch, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findPostgres } from './postgres/binaries';
import { findProgram } from './process/run-as';
import { dockerAnswers } from './rabbitmq/docker-broker';
import { installedRabbitMq } from './rabbitmq/installation';
import { canFetchPackages } from './packages/unpacked-packages';

/** One thing looked at: what it is here, whether the axis can live with it, and if not, what to do. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly value: string;
  readonly advice?: string;
}

const run = promisify(execFile);
const GB = 1024 ** 3;
const NEEDED_DISK = 2 * GB;
const NEEDED_MEMORY = 1.5 * GB;

/**
 * What this machine has and what the axis would use of it. Starts and changes nothing.
 * @param env where DATABASE_URL and AMQP_URL are looked up
 * @param dir the data folder, which need not exist yet
 */
export async function inspectMachine(env: NodeJS.ProcessEnv, dir: string): Promise<Finding[]> {
  return [
    node(),
    await system(),
    memory(),
    await disk(dir),
    await database(env['DATABASE_URL']),
    await broker(env['AMQP_URL']),
    await tool('setpriv', 'ends the private servers should the axis be killed (package util-linux)'),
    await tool('openssl', 'only some tests need it'),
    await docker(),
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return finding('Node.js', ok, process.versions.node, 'Install Node.js 20.19 or later.');
}

async function system(): Promise<Finding> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? process.platform;
  const user = process.getuid?.() === 0 ? 'root' : 'ordinary user';
  return finding('System', process.platform === 'linux', `${name}, ${arch()}, ${user}`, 'Private servers need Linux.');
}

function memory(): Finding {
  return finding(
    'Memory',
    totalmem() >= NEEDED_MEMORY,
    gigabytes(totalmem()),
    `At least ${gigabytes(NEEDED_MEMORY)} are needed.`,
  );
}

async function disk(dir: string): Promise<Finding> {
  const free = await freeBytes(resolve(dir));
  return finding(
    'Free disk',
    free >= NEEDED_DISK,
    gigabytes(free),
    `At least ${gigabytes(NEEDED_DISK)} are needed in ${dir}.`,
  );
}

async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (path === dirname(path)) throw error;
    return freeBytes(dirname(path));
  }
}

async function database(url: string | undefined): Promise<Finding> {
  const name = 'Postgres';
  if (url !== undefined) {
    try {
      return finding(name, true, `DATABASE_URL ${withoutPassword(url)}: PostgreSQL ${await serverVersion(url)}`);
    } catch (error) {
      return finding(
        name,
        false,
        `DATABASE_URL ${withoutPassword(url)}: ${reason(error)}`,
        'Correct DATABASE_URL, or unset it.',
      );
    }
  }
  const found = findPostgres();
  const advice = 'Run npm ci (Linux x64 or arm64), or set DATABASE_URL.';
  return finding(name, found !== undefined, found ? `private, PostgreSQL ${found.version} from npm` : 'none', advice);
}

async function serverVersion(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? '';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function broker(url: string | undefined): Promise<Finding> {
  const name = 'RabbitMQ';
  if (url !== undefined) {
    try {
      const connection = await connect(url, { timeout: 5_000 });
      const { version } = connection.connection.serverProperties;
      await connection.close();
      return finding(name, true, `AMQP_URL ${withoutPassword(url)}: RabbitMQ ${version}`);
    } catch (error) {
      return finding(
        name,
        false,
        `AMQP_URL ${withoutPassword(url)}: ${reason(error)}`,
        'Correct AMQP_URL, or unset it.',
      );
    }
  }
  const installed = installedRabbitMq();
  if (installed) return finding(name, true, `private, RabbitMQ ${installed.version} installed here`);
  if (canFetchPackages()) return finding(name, true, 'private, fetched with apt into the project’s own folder');
  if (await dockerAnswers()) return finding(name, true, 'private, from Docker');
  return finding(name, false, 'none', 'Install rabbitmq-server or Docker, or set AMQP_URL.');
}

async function docker(): Promise<Finding> {
  const answers = await dockerAnswers();
  return finding(
    'Docker',
    true,
    answers ? 'engine answers' : 'no engine (needed only where neither RabbitMQ nor apt is)',
  );
}

async function tool(program: string, use: string): Promise<Finding> {
  const path = findProgram(program);
  if (path === undefined) return finding(program, true, `missing: ${use}`);
  const { stdout } = await run(path, [program === 'openssl' ? 'version' : '--version']);
  return finding(program, true, stdout.trim());
}

function finding(name: string, ok: boolean, value: string, advice?: string): Finding {
  return { name, ok, value, ...(!ok && advice !== undefined && { advice }) };
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password) parsed.password = '***';
    return parsed.toString();
  } catch {
    return 'is no URL';
  }
}

function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
