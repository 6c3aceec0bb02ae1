import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Certificate, Crl } from '@axis/pki';
import { loadConfig } from '@axis/platform';

/** Trust anchors from PEM or DER files; where none are named, those the axis itself trusts (KEYS_DIR). */
export async function readAnchors(paths: readonly string[] | undefined): Promise<Certificate[]> {
  const files = await readFiles(paths ?? (await ownFiles('.pem')));
  return files.flatMap((file) => Certificate.listFrom(file));
}

/** Revocation lists (DER); where none are named, those the axis has. */
export async function readCrls(paths: readonly string[] | undefined): Promise<Crl[]> {
  return (await readFiles(paths ?? (await ownFiles('.crl')))).map((file) => Crl.fromDer(file));
}

const readFiles = (paths: readonly string[]): Promise<Buffer[]> => Promise.all(paths.map((path) => readFile(path)));

async function ownFiles(ending: string): Promise<string[]> {
  const dir = join(loadConfig(process.env).keys.dir, 'trust');
  const names = existsSync(dir) ? await readdir(dir) : [];
  return names.filter((name) => name.endsWith(ending)).map((name) => join(dir, name));
}
