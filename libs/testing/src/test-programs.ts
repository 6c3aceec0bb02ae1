import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// Run before Jest, which alone maps module names.
import { canFetchPackages, findProgram, libraryFolders, unpackedPackages } from '../../embedded/src';

/** Other people's programs, which judge what we sign or sign beside us, and the Debian packages they come in. */
const PROGRAMS: Readonly<Record<string, string>> = {
  openssl: 'openssl',
  pdfsig: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  qpdf: 'qpdf',
  'softhsm2-util': 'softhsm2',
};

/**
 * Brings the programs this machine lacks, without installing them.
 * @returns a folder for PATH in which they lie; undefined when nothing is missing or nothing can be brought
 */
export async function missingPrograms(cacheDir: string, log: (line: string) => void): Promise<string | undefined> {
  const missing = Object.keys(PROGRAMS).filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) return undefined;
  if (!canFetchPackages()) {
    log(`not here: ${missing.join(', ')}; tests that need them are skipped or fail`);
    return undefined;
  }
  const packages = [...new Set(missing.map((program) => PROGRAMS[program] ?? program))].sort();
  const root = await unpackedPackages({ name: packages.join('-'), packages }, cacheDir, log);
  const folder = join(root, 'axis-bin');
  await mkdir(folder, { recursive: true });
  for (const program of missing) {
    await writeFile(join(folder, program), startScript(root, program));
    await chmod(join(folder, program), 0o755);
  }
  return folder;
}

/** Tells a program that its libraries and its configuration do not lie under `/`. */
function startScript(root: string, program: string): string {
  const libraries = libraryFolders(root);
  const variables = {
    LD_LIBRARY_PATH: libraries.join(':'),
    OPENSSL_CONF: join(root, 'etc/ssl/openssl.cnf'),
    OPENSSL_MODULES: libraries.map((folder) => join(folder, 'ossl-modules')).find(existsSync) ?? '',
  };
  const exports = Object.entries(variables)
    .filter(([name, value]) => name === 'LD_LIBRARY_PATH' || existsSync(value))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
  return ['#!/bin/sh', ...exports, `exec '${join(root, 'usr/bin', program).replaceAll("'", `'\\''`)}' "$@"`, ''].join(
    '\n',
  );
}
