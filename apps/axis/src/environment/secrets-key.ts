import { randomBytes } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the key of secrets at rest, `secrets.key`, where there is none. Appears whole, and once, however many start. */
export async function ensureSecretsKey(dir: string): Promise<void> {
  const path = join(dir, 'secrets.key');
  const made = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(made, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  try {
    await link(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(made, { force: true });
  }
}
