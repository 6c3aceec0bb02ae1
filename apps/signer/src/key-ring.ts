import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Certificate, openPkcs12, type SigningKey } from '@axis/pki';
import { type Config, ConfigError } from '@axis/platform';

/** The trust anchors for documents and the agencies' seals this service holds: the only keys in the axis that sign documents. */
export class KeyRing {
  private constructor(
    readonly trust: readonly Certificate[],
    private readonly seals: ReadonlyMap<string, SigningKey>,
  ) {}

  /** Reads `trust/*.pem` and `seals/<agency code>.p12`. @throws ConfigError naming the file that cannot be used. */
  static async open({ keys }: Config): Promise<KeyRing> {
    const anchors = await readAll(join(keys.dir, 'trust'), '.pem', (file) => Certificate.listFromPem(file.toString()));
    const seals = await readAll(join(keys.dir, 'seals'), '.p12', (file) => openPkcs12(file, keys.password));
    if (anchors.size === 0)
      throw new ConfigError(`KEYS_DIR: there is no trust anchor (*.pem) in ${join(keys.dir, 'trust')}.`);
    return new KeyRing([...anchors.values()].flat(), seals);
  }

  /** The seal of the agency with this code, when it is kept here. */
  sealOf(agencyCode: string): SigningKey | undefined {
    return this.seals.get(agencyCode);
  }
}

async function readAll<T>(dir: string, ending: string, open: (file: Buffer) => T): Promise<Map<string, T>> {
  const names = (await readdir(dir).catch(ifMissing)).filter((name) => name.endsWith(ending));
  const opened = new Map<string, T>();
  for (const name of names.sort()) {
    try {
      opened.set(basename(name, ending), open(await readFile(join(dir, name))));
    } catch (error) {
      throw new ConfigError(`KEYS_DIR: ${join(dir, name)} cannot be used: ${String(error)}`);
    }
  }
  return opened;
}

function ifMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
