import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { CONFIG, type Config, ConfigError } from '@axis/platform';
import { SecretBox } from './secret-box';
import { SigningKeys } from './signing-keys';

/**
 * The box under SECRETS_KEY, or else under the keys in `secrets.key` of KEYS_DIR.
 * @throws ConfigError when neither is there, or the file cannot be used
 */
export async function openSecretBox({ secretsKey, keys }: Pick<Config, 'secretsKey' | 'keys'>): Promise<SecretBox> {
  if (secretsKey !== undefined) return new SecretBox(secretsKey);
  const path = join(keys.dir, 'secrets.key');
  try {
    return new SecretBox(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`SECRETS_KEY: it is not set, and ${path} cannot be used instead: ${String(error)}`);
  }
}

/** For the services that keep or use others' secrets; the rest run without the key. */
@Module({
  providers: [{ provide: SecretBox, inject: [CONFIG], useFactory: openSecretBox }, SigningKeys],
  exports: [SecretBox, SigningKeys],
})
export class SecretsModule {}
