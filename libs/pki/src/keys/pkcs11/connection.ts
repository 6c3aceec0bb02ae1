import { PkiError } from '../../errors';
import { Attribute, Ck, Cryptoki, Handle, login } from './cryptoki';

const objectsAtMost = 256;

/** Being logged in to a token: its slot, open sessions, and handles of keys, all of which a restart makes void. */
export class Connection {
  private readonly idle: Handle[] = [];
  private readonly keys = new Map<string, Handle>();

  private constructor(
    private readonly cryptoki: Cryptoki,
    private readonly slot: Handle,
  ) {}

  /** @throws PkiError PKCS11_TOKEN_NOT_FOUND, and errors of the library */
  static open(cryptoki: Cryptoki, tokenLabel: string, pin: string): Connection {
    const slot = cryptoki
      .C_GetSlotList(true)
      .find((candidate) => cryptoki.C_GetTokenInfo(candidate).label.trimEnd() === tokenLabel);
    if (!slot) throw new PkiError('PKCS11_TOKEN_NOT_FOUND', tokenLabel);
    const connection = new Connection(cryptoki, slot);
    const session = connection.take();
    login(cryptoki, session, pin);
    connection.give(session);
    return connection;
  }

  /** An idle session, or a new one; logging in once serves all (PKCS#11 §2.6.5). */
  take(): Handle {
    return this.idle.pop() ?? this.cryptoki.C_OpenSession(this.slot, Ck.serialSession);
  }

  give(session: Handle): void {
    this.idle.push(session);
  }

  discard(session: Handle): void {
    try {
      this.cryptoki.C_CloseSession(session);
    } catch {
      // closed by the token already
    }
  }

  close(): void {
    for (const session of this.idle.splice(0)) this.discard(session);
  }

  findObjects(session: Handle, template: Attribute[]): Handle[] {
    this.cryptoki.C_FindObjectsInit(session, template);
    try {
      return this.cryptoki.C_FindObjects(session, objectsAtMost);
    } finally {
      this.cryptoki.C_FindObjectsFinal(session);
    }
  }

  attribute(session: Handle, object: Handle, type: number): Buffer {
    return this.cryptoki.C_GetAttributeValue(session, object, [{ type }])[0]?.value ?? Buffer.alloc(0);
  }

  /** The one private key with this CKA_ID. @throws PkiError PKCS11_KEY_NOT_FOUND */
  privateKey(session: Handle, id: Buffer): Handle {
    const name = id.toString('hex');
    let key = this.keys.get(name);
    if (!key) {
      const found = this.findObjects(session, [
        { type: Ck.class, value: Ck.privateKeyObject },
        { type: Ck.id, value: id },
      ]);
      [key] = found;
      if (!key || found.length > 1) throw new PkiError('PKCS11_KEY_NOT_FOUND', `${found.length} keys with id ${name}`);
      this.keys.set(name, key);
    }
    return key;
  }
}
