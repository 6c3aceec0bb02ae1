import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A sealed secret that no key of ours opens: made under a key that is gone, of another purpose, or changed. */
export class SecretUnreadableError extends Error {
  override readonly name = 'SecretUnreadableError';
}

const ALGORITHM = 'aes-256-gcm';
const KEY = /^[A-Za-z0-9+/]{43}=$/;
const FORMAT = 1;
const KEY_ID_BYTES = 4;
/** NIST SP 800-38D §8.2.2: random, of 96 bits; good for 2³² secrets under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Secrets at rest: those that must be told or used again, so that a hash will not do. AES-256-GCM; what is sealed begins
 * with its format (1 byte) and the id of its key (the first 4 bytes of the key's SHA-256), then nonce, ciphertext and tag.
 *
 * To change the key, put the new one before the old: what is new is sealed by the first, and all of them open.
 */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly sealing: { readonly id: Buffer; readonly key: Buffer };

  /**
   * @param keys base64 of 32 bytes each, separated by commas or white space
   * @throws RangeError when there is none, or one is not so
   */
  constructor(keys: string) {
    const texts = keys.split(/[\s,]+/).filter((text) => text !== '');
    const [first, ...others] = texts.map(parseKey);
    if (!first) throw new RangeError('there is no key');
    this.sealing = first;
    this.keys = new Map([first, ...others].map(({ id, key }) => [id.toString('hex'), key]));
  }

  /** What every secret begins with that the first key has sealed: its format and key. */
  get mark(): Buffer {
    return Buffer.concat([Buffer.of(FORMAT), this.sealing.id]);
  }

  /** @param purpose whose secret it is, such as `subscription 0199…`: it opens for that alone */
  seal(secret: string, purpose: string): Buffer {
    const { key } = this.sealing;
    const head = this.mark;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(bound(head, purpose));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([head, nonce, text, cipher.getAuthTag()]);
  }

  /** @throws SecretUnreadableError */
  open(sealed: Buffer, purpose: string): string {
    const head = sealed.subarray(0, 1 + KEY_ID_BYTES);
    const nonce = sealed.subarray(head.length, head.length + NONCE_BYTES);
    const text = sealed.subarray(head.length + NONCE_BYTES, -TAG_BYTES);
    const keyId = head.subarray(1).toString('hex');
    const key = this.keys.get(keyId);
    if (head[0] !== FORMAT || sealed.length < head.length + NONCE_BYTES + TAG_BYTES) {
      throw new SecretUnreadableError(`the secret of ${purpose} is not sealed as it should be`);
    }
    if (!key) throw new SecretUnreadableError(`the key ${keyId} that sealed the secret of ${purpose} is not there`);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(bound(head, purpose))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
    } catch {
      throw new SecretUnreadableError(`the secret of ${purpose} was changed, or is another's`);
    }
  }
}

const bound = (head: Buffer, purpose: string): Buffer => Buffer.concat([head, Buffer.from(purpose)]);

function parseKey(text: string): { readonly id: Buffer; readonly key: Buffer } {
  if (!KEY.test(text)) throw new RangeError('a key is not the base64 of 32 bytes');
  const key = Buffer.from(text, 'base64');
  return { id: createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES), key };
}
