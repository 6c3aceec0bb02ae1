import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../errors';
import { findProgram } from '../process/run-as';
import type { LogLine } from '../process/server-process';

const run = promisify(execFile);

/** What rabbitmq-server depends on for being installed, not for running: not fetched on a machine that lacks it. */
const ONLY_FOR_INSTALLING = [
  'adduser',
  'init-system-helpers',
  'logrotate',
  'lsb-base',
  'python3',
  'socat',
  'sysvinit-utils',
];

/**
 * Debian's or Ubuntu's own RabbitMQ and Erlang, unpacked into a folder of ours. apt checks and fetches them with the
 * machine's sources and keys but keeps its state here, so the system stays as it is and no rights are needed.
 * @returns the folder that stands for `/`
 * @throws EmbeddedError embedded.rabbitmq-missing when apt cannot bring them
 */
export async function unpackedPackages(cacheDir: string, log: LogLine): Promise<string> {
  const root = join(cacheDir, `rabbitmq-${await distribution()}-${process.arch}`);
  if (existsSync(root)) return root;
  const work = `${root}.${process.pid}`;
  try {
    log('fetching RabbitMQ and Erlang with apt into the project’s own folder');
    const packages = await fetchPackages(join(work, 'apt'), log);
    log(`unpacking ${packages.length} packages`);
    const unpacked = join(work, 'root');
    for (const file of packages) await run('dpkg-deb', ['--extract', file, unpacked]);
    await makeErlangMovable(unpacked);
    await rename(unpacked, root).catch((error: unknown) => {
      // Another process of ours was quicker.
      if (!existsSync(root)) throw error;
    });
    return root;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw new EmbeddedError('embedded.rabbitmq-missing', `apt could not bring RabbitMQ: ${said.trim()}`, {
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export function canFetchPackages(): boolean {
  return ['apt-get', 'dpkg-deb'].every((program) => findProgram(program) !== undefined);
}

async function distribution(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}`.replace(/[^\w.-]/g, '_');
}

/** Lets apt's own solver choose: the packages this machine lacks, and Erlang whole, wherever it has a part of it. */
async function fetchPackages(dir: string, log: LogLine): Promise<string[]> {
  const archives = join(dir, 'cache/archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(dir, 'state/lists/partial'), { recursive: true });
  await writeFile(join(dir, 'status'), privateStatus(await readFile('/var/lib/dpkg/status', 'utf8')));
  await writeFile(join(dir, 'apt.conf'), privateConfiguration(dir));
  const aptGet = (...args: string[]) =>
    run('apt-get', ['-c', join(dir, 'apt.conf'), '-y', '-q', ...args], { env: { ...process.env, LC_ALL: 'C' } });
  // One source of many may be away; whether the rest is enough, the next step shows.
  await aptGet('update').catch((error: unknown) => {
    log(String(error));
  });
  await aptGet('install', '--download-only', 'rabbitmq-server');
  const files = await readdir(archives);
  return files.filter((file) => file.endsWith('.deb')).map((file) => join(archives, file));
}

/**
 * What apt shall believe is installed: what is, but Erlang and RabbitMQ; without relations between packages, because
 * nothing is installed that could break one.
 */
export function privateStatus(status: string): string {
  const installed = status
    .split(/\n\n+/)
    .filter((entry) => /^Status: \w+ ok installed$/m.test(entry) && !/^Package: (erlang|rabbitmq)/.test(entry))
    .map((entry) => entry.match(/^(Package|Status|Architecture|Multi-Arch|Version|Provides): .*$/gm)?.join('\n') ?? '');
  const assumed = ONLY_FOR_INSTALLING.map(
    (name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nMulti-Arch: allowed\nVersion: 9999`,
  );
  const known = new Set(installed.map((entry) => /^Package: (.*)$/m.exec(entry)?.[1]));
  return (
    [...installed, ...assumed.filter((entry) => !known.has(/^Package: (.*)$/m.exec(entry)?.[1]))].join('\n\n') + '\n'
  );
}

function privateConfiguration(dir: string): string {
  return [
    `Dir::State "${dir}/state";`,
    `Dir::State::status "${dir}/status";`,
    `Dir::Cache "${dir}/cache";`,
    `Dir::Log "${dir}/log";`,
    // apt's download user could not write here.
    'APT::Sandbox::User "root";',
    'APT::Install-Recommends "false";',
    'Acquire::Languages "none";',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
    'Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled "false";',
    'Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";',
    // The machine's own hooks would act on the system (container images empty its package cache in one).
    '#clear APT::Update;',
    '#clear DPkg;',
    '',
  ].join('\n');
}

/** Debian's scripts say that Erlang lies in /usr/lib/erlang; these say it lies where they do. */
async function makeErlangMovable(root: string): Promise<void> {
  for (const script of ['erl', 'start']) {
    const file = join(root, 'usr/lib/erlang/bin', script);
    const text = await readFile(file, 'utf8');
    const here = '"$(dirname "$(dirname "$(readlink -f "$0")")")"';
    await writeFile(file, text.replace(/^(\s*ROOTDIR=)"?\/usr\/lib\/erlang"?$/gm, `$1${here}`));
  }
}
