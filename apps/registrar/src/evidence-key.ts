import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, ConfigError } from '@axis/platform';
import { openPkcs12, type SigningKey } from '@axis/pki';

/** Injection token of the key that signs receipts. */
export const EVIDENCE_KEY = Symbol('EVIDENCE_KEY');

/** @throws ConfigError when the key is missing or cannot be opened. */
export async function openEvidenceKey({ keys }: Config): Promise<SigningKey> {
  const path = join(keys.dir, 'evidence.p12');
  try {
    return openPkcs12(await readFile(path), keys.password);
  } catch (error) {
    throw new ConfigError(`KEYS_DIR: the key that signs receipts, ${path}, cannot be opened: ${String(error)}`);
  }
}
