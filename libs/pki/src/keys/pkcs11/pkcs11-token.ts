import { setTimeout as pause } from 'node:timers/promises';
import { Certificate } from '../../certificate';
import { PkiError } from '../../errors';
import { SigningKey, SigningOptions, orderChain, specifyKey } from '../signing-key';
import { Connection } from './connection';
import { Ck, Cryptoki, Handle, initialize, isLost, loadCryptoki, pkcs11Error } from './cryptoki';
import { checkedAgainst, keyMismatch, keyTypeFits, signOnToken } from './mechanisms';
import { Permits } from './permits';

export interface Pkcs11Options {
  /** Path of the vendor's library, such as `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly library: string;
  readonly tokenLabel: string;
  readonly pin: string;
  /** Sessions used at once; 8 unless said. */
  readonly sessions?: number;
  /** How long a token that went away may take to come back, in milliseconds; 10,000 unless said. */
  readonly restartPatience?: number;
}

/** Which key: by CKA_LABEL or CKA_ID. Its certificate is the one on the token with the same CKA_ID unless given. */
export interface Pkcs11KeySelection extends SigningOptions {
  readonly label?: string;
  /** Hex. */
  readonly id?: string;
  readonly certificate?: Certificate;
  /** Issuers, in any order; those on the token need not be given. */
  readonly chain?: readonly Certificate[];
}

/**
 * A token that keeps private keys to itself: a smart card, a USB token or an HSM behind PKCS#11. Work is spread over
 * sessions; when the token restarts, the next signature connects anew and goes through.
 */
export class Pkcs11Token {
  private readonly permits: Permits;
  private connection: Connection | undefined;
  private reconnecting: Promise<Connection> | undefined;
  /** A refused PIN stays refused: trying again would lock the token. */
  private refused: PkiError | undefined;

  private constructor(
    private readonly cryptoki: Cryptoki,
    private readonly options: Pkcs11Options,
  ) {
    this.permits = new Permits(options.sessions ?? 8);
  }

  /** @throws PkiError PKCS11_UNAVAILABLE, PKCS11_TOKEN_NOT_FOUND, PKCS11_PIN_REFUSED, PKCS11_FAILED */
  static async open(options: Pkcs11Options): Promise<Pkcs11Token> {
    const token = new Pkcs11Token(await loadCryptoki(options.library), options);
    token.connection = token.connect();
    return token;
  }

  /**
   * A key on this token, seen to be the certificate's by a trial signature.
   *
   * @throws PkiError PKCS11_KEY_NOT_FOUND (or more than one), PKCS11_CERTIFICATE_NOT_FOUND, KEY_CERTIFICATE_MISMATCH,
   *   KEY_TOO_WEAK, ALGORITHM_UNSUPPORTED
   */
  async signingKey(selection: Pkcs11KeySelection): Promise<SigningKey> {
    const { id, type } = await this.findKey(selection);
    const stored = await this.certificates();
    const certificate = selection.certificate ?? stored.find((entry) => entry.id.equals(id))?.certificate;
    if (!certificate) throw new PkiError('PKCS11_CERTIFICATE_NOT_FOUND', `id ${id.toString('hex')}`);
    const { algorithm, hash, scheme } = specifyKey(certificate, selection);
    if (!keyTypeFits(type, algorithm)) throw keyMismatch(certificate);
    const issuers = [...(selection.chain ?? []), ...stored.map((entry) => entry.certificate)];
    const key: SigningKey = {
      certificate,
      chain: orderChain(certificate, issuers),
      algorithm,
      hash,
      sign: (data) =>
        this.withSession('signing', (session, connection) =>
          signOnToken(this.cryptoki, session, connection.privateKey(session, id), scheme, data),
        ),
    };
    return checkedAgainst(certificate, scheme, key);
  }

  /** Certificates on the token with their CKA_ID. */
  async certificates(): Promise<readonly { readonly id: Buffer; readonly certificate: Certificate }[]> {
    return this.withSession('reading certificates', (session, connection) => {
      const objects = connection.findObjects(session, [{ type: Ck.class, value: Ck.certificateObject }]);
      return objects.map((object) => ({
        id: connection.attribute(session, object, Ck.id),
        certificate: Certificate.fromDer(connection.attribute(session, object, Ck.value)),
      }));
    });
  }

  /** Closes the sessions; the library stays loaded, others may be using it. */
  close(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  private findKey({ label, id, certificate }: Pkcs11KeySelection): Promise<{ id: Buffer; type: number }> {
    const template = [
      { type: Ck.class, value: Ck.privateKeyObject },
      ...(label === undefined ? [] : [{ type: Ck.label, value: label }]),
      ...(id === undefined ? [] : [{ type: Ck.id, value: Buffer.from(id, 'hex') }]),
    ];
    return this.withSession('finding the key', (session, connection) => {
      const [key, ...others] = connection.findObjects(session, template);
      const wanted = label ?? id ?? certificate?.subject.toString() ?? 'any';
      if (!key || others.length > 0) {
        throw new PkiError('PKCS11_KEY_NOT_FOUND', `${key ? others.length + 1 : 0} keys for ${wanted}`);
      }
      const type = connection.attribute(session, key, Ck.keyType).readUInt8(0); // CK_ULONG, small
      return { id: connection.attribute(session, key, Ck.id), type };
    });
  }

  /** Runs `work` in a session of its own; once more when the token was lost under it. */
  private withSession<T>(doing: string, work: (session: Handle, connection: Connection) => T | Promise<T>): Promise<T> {
    return this.permits.hold(async () => {
      const connection = this.connection ?? (await this.reconnect());
      try {
        return await inSession(connection, work);
      } catch (error) {
        if (!isLost(error)) throw pkcs11Error(error, doing);
        if (this.connection === connection) this.close();
      }
      try {
        return await inSession(this.connection ?? (await this.reconnect()), work);
      } catch (error) {
        throw pkcs11Error(error, doing);
      }
    });
  }

  /** One attempt for all who wait; repeated until the token is back or patience ends. */
  private reconnect(): Promise<Connection> {
    this.reconnecting ??= this.waitForToken().finally(() => {
      this.reconnecting = undefined;
    });
    return this.reconnecting;
  }

  private async waitForToken(): Promise<Connection> {
    const deadline = Date.now() + (this.options.restartPatience ?? 10_000);
    for (let wait = 50; ; wait = Math.min(wait * 2, 1_000)) {
      try {
        initialize(this.cryptoki);
        this.connection = this.connect();
        return this.connection;
      } catch (error) {
        if (this.refused || Date.now() + wait > deadline) throw pkcs11Error(error, 'connecting to the token');
        if (isLost(error)) this.resetLibrary();
      }
      await pause(wait);
    }
  }

  /** Some libraries see a token again only after a fresh start; their other users connect anew as we do. */
  private resetLibrary(): void {
    try {
      this.cryptoki.C_Finalize();
    } catch {
      // not initialised: as it should be
    }
  }

  private connect(): Connection {
    if (this.refused) throw this.refused;
    try {
      return Connection.open(this.cryptoki, this.options.tokenLabel, this.options.pin);
    } catch (error) {
      const refusal = isLost(error) ? undefined : pkcs11Error(error, 'connecting to the token');
      if (refusal?.code === 'PKCS11_PIN_REFUSED') this.refused = refusal;
      throw refusal ?? error;
    }
  }
}

async function inSession<T>(
  connection: Connection,
  work: (session: Handle, connection: Connection) => T | Promise<T>,
): Promise<T> {
  const session = connection.take();
  try {
    const result = await work(session, connection);
    connection.give(session);
    return result;
  } catch (error) {
    connection.discard(session); // it may be in the middle of an operation
    throw error;
  }
}
