import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { SigningKeyEntity } from '../subscriptions/subscription.entity';
import { SecretBox } from './secret-box';

export interface PublicKey {
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * The axis's own Ed25519 keys, for what it sends to subscribers; the first is made when it is first asked for. All of
 * them sign: while a key is changed, a receiver that knows either can check.
 */
@Injectable()
export class SigningKeys {
  constructor(
    private readonly database: DataSource,
    private readonly secrets: SecretBox,
  ) {}

  async publicKeys(): Promise<PublicKey[]> {
    const keys = await this.stored();
    return keys.map(({ id, publicKey }) => ({
      id,
      key: createPublicKey({ key: publicKey, format: 'der', type: 'spki' }),
    }));
  }

  /** @throws SecretUnreadableError */
  async privateKeys(): Promise<KeyObject[]> {
    const keys = await this.stored();
    return keys.map(({ id, privateKey }) => createPrivateKey(this.secrets.open(privateKey, signingKeyPurpose(id))));
  }

  private async stored(): Promise<SigningKeyEntity[]> {
    const order = { order: { id: 'ASC' } } as const;
    const known = await this.database.manager.find(SigningKeyEntity, order);
    if (known.length > 0) return known;
    return this.database.transaction(async (manager) => {
      await manager.query('LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE');
      if (!(await manager.exists(SigningKeyEntity))) await manager.insert(SigningKeyEntity, this.generate());
      return manager.find(SigningKeyEntity, order);
    });
  }

  private generate() {
    const id = uuidv7();
    const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return { id, publicKey, privateKey: this.secrets.seal(privateKey, signingKeyPurpose(id)) };
  }
}

export const signingKeyPurpose = (id: string): string => `signing key ${id}`;
