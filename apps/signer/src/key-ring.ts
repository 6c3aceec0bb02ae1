import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ValidationOptions } from '@axis/pades';
import {
  Certificate,
  CertificateValidator,
  Crl,
  HttpRevocationSource,
  openPkcs12,
  Pkcs11Token,
  type SigningKey,
  trustPolicy,
} from '@axis/pki';
import { type Config, ConfigError } from '@axis/platform';

/** An agency's seal: the key, and the red image that shows it (PNG), where there is one. */
export interface Seal {
  readonly key: SigningKey;
  readonly image: Buffer | undefined;
}

/** Whom the axis trusts to sign documents, and the agencies' seals it holds: the only keys in it that sign documents. */
export class KeyRing {
  private constructor(
    /** How every signature is validated; shared, so that certificate paths are checked once. */
    readonly validation: ValidationOptions,
    private readonly seals: ReadonlyMap<string, Seal>,
  ) {}

  /**
   * Reads `trust/*.pem` and `*.crl`, `seals/<agency code>.p12` and `.png`, and `.pem` of those whose key is on a token.
   * @throws ConfigError naming the file that cannot be used.
   */
  static async open({ keys }: Config): Promise<KeyRing> {
    const anchors = await readAll(join(keys.dir, 'trust'), '.pem', (file) => Certificate.listFromPem(file.toString()));
    const images = await readAll(join(keys.dir, 'seals'), '.png', (file) => file);
    const sealKeys = await readAll(join(keys.dir, 'seals'), '.p12', (file) => openPkcs12(file, keys.password));
    if (anchors.size === 0)
      throw new ConfigError(`KEYS_DIR: there is no trust anchor (*.pem) in ${join(keys.dir, 'trust')}.`);
    const crls = await readAll(join(keys.dir, 'trust'), '.crl', (file) => Crl.fromDer(file));
    const validation = {
      trust: new CertificateValidator(trustPolicy([...anchors.values()].flat())),
      material: { crls: [...crls.values()], ocspResponses: [] },
      source: new HttpRevocationSource(),
    };
    const tokenKeys = await openTokenKeys(keys);
    const seals = [...sealKeys, ...tokenKeys].map(([code, key]) => [code, { key, image: images.get(code) }] as const);
    return new KeyRing(validation, new Map(seals));
  }

  /** The seal of the agency with this code, when it is kept here. */
  sealOf(agencyCode: string): Seal | undefined {
    return this.seals.get(agencyCode);
  }
}

/** Keys that never leave their token (PKCS#11), found by their label: the agency's code. */
async function openTokenKeys({ dir, token }: Config['keys']): Promise<[code: string, key: SigningKey][]> {
  if (!token) return [];
  const chains = await readAll(join(dir, 'seals'), '.pem', (file) => Certificate.listFromPem(file.toString()));
  try {
    const opened = await Pkcs11Token.open(token);
    const keys: [string, SigningKey][] = [];
    for (const [label, [certificate, ...chain]] of chains) {
      if (certificate) keys.push([label, await opened.signingKey({ label, certificate, chain })]);
    }
    return keys;
  } catch (error) {
    throw new ConfigError(`PKCS11_LIBRARY: the token ${token.tokenLabel} cannot be used: ${String(error)}`);
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
