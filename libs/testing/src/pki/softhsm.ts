import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { IssuedKey } from '@axis/pki';

/** Debian's packages of SoftHSM 2, unpacked once into the project's cache: nothing is installed. */
const packages = ['libsofthsm2', 'softhsm2', 'softhsm2-common'];
const caches = join(__dirname, '../../../../.axis/cache');
const cache = join(caches, 'softhsm2');

interface SoftHsmFiles {
  readonly library: string;
  readonly tool: string;
}

/**
 * SoftHSM 2 as installed, else fetched by apt; undefined where neither can be had, or where nothing could use it: the
 * addon that speaks PKCS#11 is compiled when npm installs it, and left out where there is no compiler.
 */
export function findSoftHsm(): SoftHsmFiles | undefined {
  if (!canResolve('pkcs11js')) return undefined;
  // `npm test` has put it into the cache beside other programs.
  const roots = (): string[] => [
    '/',
    ...(existsSync(caches) ? readdirSync(caches).map((name) => join(caches, name)) : []),
  ];
  const found = (): SoftHsmFiles | undefined =>
    roots()
      .map((root) => ({
        library: join(root, 'usr/lib/softhsm/libsofthsm2.so'),
        tool: join(root, 'usr/bin/softhsm2-util'),
      }))
      .find(({ library, tool }) => existsSync(library) && existsSync(tool));
  return found() ?? (fetchPackages() ? found() : undefined);
}

function canResolve(module: string): boolean {
  try {
    require.resolve(module);
    return true;
  } catch {
    return false;
  }
}

function fetchPackages(): boolean {
  try {
    mkdirSync(cache, { recursive: true });
    execFileSync('apt-get', ['download', ...packages], { cwd: cache, stdio: 'pipe', timeout: 60_000 });
    for (const file of readdirSync(cache).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['-x', join(cache, file), cache], { stdio: 'pipe' });
    }
    return true;
  } catch {
    return false;
  }
}

/** A soft token in a folder of its own, into which keys can be put. */
export class SoftToken {
  readonly label = 'văn thư';
  readonly pin = '123456';
  private readonly folder = mkdtempSync(join(tmpdir(), 'axis-softhsm-'));
  /** For SOFTHSM2_CONF of another process: the library takes one configuration a process. */
  readonly configuration = join(this.folder, 'softhsm2.conf');

  constructor(private readonly files: SoftHsmFiles) {
    mkdirSync(join(this.folder, 'tokens'));
    writeFileSync(this.configuration, `directories.tokendir = ${join(this.folder, 'tokens')}\nlog.level = ERROR\n`);
    // The library asks the process itself, which Jest hides behind a copy of the environment
    (runInThisContext('process.env') as NodeJS.ProcessEnv)['SOFTHSM2_CONF'] = this.configuration;
    this.run('--init-token', '--free', '--label', this.label, '--so-pin', '0000', '--pin', this.pin);
  }

  get library(): string {
    return this.files.library;
  }

  /** `id` in hex. */
  importKey(issued: IssuedKey, id: string, label: string): void {
    const file = join(this.folder, `${id}.pem`);
    writeFileSync(file, issued.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    this.run('--import', file, '--token', this.label, '--pin', this.pin, '--id', id, '--label', label);
    rmSync(file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private run(...args: string[]): void {
    const environment = { ...process.env, SOFTHSM2_CONF: this.configuration };
    const libraries = join(this.files.library, '..');
    execFileSync(this.files.tool, [...args, '--module', this.files.library], {
      env: { ...environment, LD_LIBRARY_PATH: libraries },
      stdio: 'pipe',
    });
  }
}
