import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../errors';
import { findProgram } from '../process/run-as';
import type { LogLine } from '../process/server-process';
import { privateConfiguration, privateStatus } from './private-apt';

const run = promisify(execFile);

/** Packages of the distribution, to be used without being installed. */
export interface PackageSet {
  /** Names their folder in the cache. */
  readonly name: string;
  readonly packages: readonly string[];
  /** Fetched even where they are installed, so that they lie together in one folder. */
  readonly whole?: RegExp;
  /** What makes them run from another folder than `/`. */
  readonly adapt?: (root: string) => Promise<void>;
}

export function canFetchPackages(): boolean {
  return ['apt-get', 'dpkg-deb'].every((program) => findProgram(program) !== undefined);
}

/**
 * Debian's or Ubuntu's own packages and what they depend on, as far as this machine lacks it, unpacked into a folder of
 * ours. apt checks and fetches them with the machine's sources and keys but keeps its state here, so the system stays as
 * it is and no rights are needed.
 * @returns the folder that stands for `/`
 * @throws EmbeddedError embedded.packages-missing when apt cannot bring them
 */
export async function unpackedPackages(set: PackageSet, cacheDir: string, log: LogLine): Promise<string> {
  const root = join(cacheDir, `${set.name}-${await distribution()}-${process.arch}`);
  if (existsSync(root)) return root;
  const work = `${root}.${randomUUID()}`;
  try {
    log(`fetching ${set.packages.join(', ')} with apt into ${cacheDir}`);
    const files = await fetch(set, join(work, 'apt'), log);
    const unpacked = join(work, 'root');
    await mkdir(unpacked);
    for (const file of files) await run('dpkg-deb', ['--extract', file, unpacked]);
    await set.adapt?.(unpacked);
    await rename(unpacked, root).catch((error: unknown) => {
      // Another process of ours was quicker.
      if (!existsSync(root)) throw error;
    });
    return root;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw new EmbeddedError(
      'embedded.packages-missing',
      `apt could not bring ${set.packages.join(', ')}: ${said.trim()}`,
      {
        cause: error,
      },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Where the libraries of unpacked packages lie, for LD_LIBRARY_PATH. */
export function libraryFolders(root: string): string[] {
  return [join(root, 'usr/lib'), join(root, 'lib')].filter(existsSync).flatMap((lib) =>
    readdirSync(lib)
      .filter((name) => /^\w+-linux-gnu\w*$/.test(name))
      .map((name) => join(lib, name)),
  );
}

async function distribution(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}`.replace(/[^\w.-]/g, '_');
}

/** Lets apt's own solver choose, and returns the package files. */
async function fetch({ packages, whole }: PackageSet, dir: string, log: LogLine): Promise<string[]> {
  const archives = join(dir, 'cache/archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(dir, 'state/lists/partial'), { recursive: true });
  await writeFile(join(dir, 'status'), privateStatus(await readFile('/var/lib/dpkg/status', 'utf8'), whole));
  await writeFile(join(dir, 'apt.conf'), privateConfiguration(dir));
  const aptGet = (...args: string[]) =>
    run('apt-get', ['-c', join(dir, 'apt.conf'), '-y', '-q', ...args], { env: { ...process.env, LC_ALL: 'C' } });
  // One source of many may be away; whether the rest is enough, the next step shows.
  await aptGet('update').catch((error: unknown) => {
    log(String(error));
  });
  await aptGet('install', '--download-only', ...packages);
  const files = await readdir(archives);
  return files.filter((file) => file.endsWith('.deb')).map((file) => join(archives, file));
}
