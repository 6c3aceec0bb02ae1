import { childProgram, processesOf } from '@axis/testing';
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { EmbeddedServer } from '../embedded-server';
import { startPostgres } from './postgres';

const NOBODY = 65534;
const log = (): void => undefined;

jest.setTimeout(60_000);

let dir: string;
let server: EmbeddedServer | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'axis dữ liệu-'));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function query(text: string, url = server?.url): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

it('keeps its data and its address over a stop and a start, and leaves no process', async () => {
  server = await startPostgres({ dir, log });
  const { url } = server;
  await query(`CREATE TABLE document AS SELECT 'Quyết định' AS subject`);
  await server.stop();
  expect(processesOf(dir)).toEqual([]);
  server = await startPostgres({ dir, log });
  expect(server.url).toBe(url);
  expect(await query('SELECT subject FROM document')).toEqual([{ subject: 'Quyết định' }]);
});

it('knows Vietnamese letters and orders by code point', async () => {
  server = await startPostgres({ dir, log, durable: false });
  expect(await query(`SELECT lower('ĐẶNG') AS name, 'Z' < 'a' AS by_code_point`)).toEqual([
    { name: 'đặng', by_code_point: true },
  ]);
});

it('commits to disk', async () => {
  server = await startPostgres({ dir, log });
  expect(
    await query(`SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') ORDER BY 1`),
  ).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
});

it('has what was committed after its own crash', async () => {
  server = await startPostgres({ dir, log });
  await query('CREATE TABLE document AS SELECT 1 AS number');
  await server.kill();
  await server.restart();
  expect(await query('SELECT number FROM document')).toEqual([{ number: 1 }]);
});

it('ends with a parent that is killed, and the next start has what was committed', async () => {
  const parent = childProgram(
    `require('@axis/embedded').startPostgres({ dir: ${JSON.stringify(dir)}, log() {} }).then(({ url }) => console.log(url))`,
  );
  await query('CREATE TABLE document AS SELECT 1 AS number', await parent.firstLine);
  parent.kill('SIGKILL');
  await parent.exited;
  server = await startPostgres({ dir, log });
  expect(await query('SELECT number FROM document')).toEqual([{ number: 1 }]);
});

it('starts although its pid file names a process of someone else', async () => {
  server = await startPostgres({ dir, log, durable: false });
  await server.kill();
  const pidFile = join(dir, 'data/postmaster.pid');
  await writeFile(pidFile, (await readFile(pidFile, 'utf8')).replace(/^\d+/, String(process.pid)));
  server = await startPostgres({ dir, log, durable: false });
  expect(await query('SELECT 1 AS number')).toEqual([{ number: 1 }]);
});

it('makes a data folder anew that a crash left half made', async () => {
  server = await startPostgres({ dir, log, durable: false });
  await server.stop();
  await rm(join(dir, 'data'), { recursive: true });
  await writeFile(join(dir, 'data.unfinished'), '');
  server = await startPostgres({ dir, log, durable: false });
  expect(await query('SELECT 1 AS number')).toEqual([{ number: 1 }]);
});

it('takes another port when its own is taken', async () => {
  server = await startPostgres({ dir, log, durable: false });
  const other = await startPostgres({ dir: join(dir, 'other'), log, durable: false });
  try {
    const taken = new URL(other.url).port;
    await server.stop();
    await writeFile(join(dir, 'ports'), taken);
    server = await startPostgres({ dir, log, durable: false });
    expect(new URL(server.url).port).not.toBe(taken);
  } finally {
    await other.stop();
  }
});

it('says why it cannot start', async () => {
  server = await startPostgres({ dir, log, durable: false });
  await server.stop();
  server = undefined;
  await writeFile(join(dir, 'data/PG_VERSION'), '9\n');
  await expect(startPostgres({ dir, log, durable: false })).rejects.toMatchObject({
    code: 'embedded.postgres-failed',
    message: expect.stringContaining('incompatible with server') as string,
  });
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;

asRoot('runs as nobody when we are root, also in a folder closed to others', async () => {
  await chmod(dir, 0o700);
  server = await startPostgres({ dir: join(dir, 'closed'), log, durable: false });
  expect((await stat(join(dir, 'closed/data'))).uid).toBe(NOBODY);
  expect(await query('SELECT 1 AS number')).toEqual([{ number: 1 }]);
});

asRoot('runs for an ordinary user', async () => {
  await chown(dir, NOBODY, NOBODY);
  const parent = childProgram(
    `require('@axis/embedded').startPostgres({ dir: ${JSON.stringify(dir)}, log() {} }).then(({ url }) => console.log(url))`,
    { uid: NOBODY },
  );
  expect(await query('SELECT 1 AS number', await parent.firstLine)).toEqual([{ number: 1 }]);
  parent.kill('SIGKILL');
  await parent.exited;
});
