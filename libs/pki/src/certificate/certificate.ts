import { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import {
  PublicKeyFacts,
  SignatureScheme,
  decodeSignatureScheme,
  digest,
  importPublicKey,
  publicKeyFacts,
  verifySignature,
} from '../algorithms';
import { DerElement, DerReader, Tag, constructed, primitive } from '../asn1';
import { parsing } from '../errors';
import { RawExtension, readExtensions } from './extension-map';
import { CertificateExtensions } from './extensions';
import { Name } from './name';
import { readPem, writePem } from './pem';

/**
 * The same few certificates come with every document: one object each means one decoding of keys and extensions.
 * Certificates never change, so sharing them is safe.
 */
const interned = new LRUCache<string, Certificate>({
  max: 4096,
  maxSize: 32 << 20,
  sizeCalculation: (c) => c.der.length,
});

/** An X.509 certificate (RFC 5280 §4.1): its frame is read and checked at once, names, key and extensions when asked for. */
export class Certificate {
  readonly der: Buffer;
  /** SHA-256 of `der`, hex. */
  readonly fingerprint: string;
  /** The signed part, as encoded. */
  readonly tbs: Buffer;
  readonly version: number;
  /** Content octets of the serial number, hex. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, as encoded. */
  readonly spki: Buffer;
  readonly extensions: CertificateExtensions;
  readonly signature: Buffer;

  readonly #signatureAlgorithm: DerElement;
  #scheme: SignatureScheme | undefined;
  #publicKey: KeyObject | undefined;
  #keyFacts: PublicKeyFacts | undefined;
  #verifiedBy: { readonly issuer: Certificate; readonly valid: boolean } | undefined;

  private constructor(der: Buffer, fingerprint: string) {
    this.der = der;
    this.fingerprint = fingerprint;
    const outer = DerReader.only(der, Tag.Sequence).children();
    const tbs = outer.read(Tag.Sequence);
    this.tbs = tbs.raw;
    this.#signatureAlgorithm = outer.read(Tag.Sequence);
    this.signature = outer.read(Tag.BitString).bitOctets();
    outer.finish();

    const reader = tbs.children();
    this.version = 1 + (reader.optional(constructed(0))?.children().read(Tag.Integer).integer() ?? 0);
    this.serial = reader.read(Tag.Integer).integerBytes().toString('hex');
    const signedAlgorithm = reader.read(Tag.Sequence);
    // RFC 5280 §4.1.1.2: the algorithm outside the signature must be the one inside it
    if (!signedAlgorithm.raw.equals(this.#signatureAlgorithm.raw)) signedAlgorithm.refuse('two signature algorithms');
    this.issuer = new Name(reader.read(Tag.Sequence).raw);
    const validity = reader.sequence();
    this.subject = new Name(reader.read(Tag.Sequence).raw);
    this.spki = reader.read(Tag.Sequence).raw;
    reader.optional(primitive(1)); // issuerUniqueID
    reader.optional(primitive(2)); // subjectUniqueID
    const extensions = reader.optional(constructed(3))?.children();
    reader.finish();
    if (extensions && this.version !== 3) reader.refuse('extensions need version 3');
    this.extensions = new CertificateExtensions(extensions ? readExtensionList(extensions) : new Map());

    this.notBefore = validity.next().time();
    this.notAfter = validity.next().time();
    validity.finish();
  }

  /** @throws PkiError CERTIFICATE_MALFORMED */
  static fromDer(bytes: Uint8Array): Certificate {
    const fingerprint = digest('sha256', bytes).toString('hex');
    let certificate = interned.get(fingerprint);
    if (certificate === undefined) {
      // A copy: a window on the bytes would keep the whole file they came from in memory
      const der = Buffer.from(bytes);
      certificate = parsing('CERTIFICATE_MALFORMED', 'certificate', () => new Certificate(der, fingerprint));
      interned.set(fingerprint, certificate);
    }
    return certificate;
  }

  /** Every certificate in a PEM text, in order. @throws PkiError PEM_MALFORMED, CERTIFICATE_MALFORMED */
  static listFromPem(text: string): Certificate[] {
    return readPem(text, 'CERTIFICATE').map((der) => Certificate.fromDer(der));
  }

  /** DER, or PEM with any number of certificates. */
  static listFrom(bytes: Uint8Array): Certificate[] {
    return bytes[0] === Tag.Sequence
      ? [Certificate.fromDer(bytes)]
      : Certificate.listFromPem(Buffer.from(bytes).toString('latin1'));
  }

  /** How the issuer signed it. @throws PkiError ALGORITHM_UNSUPPORTED */
  get signatureScheme(): SignatureScheme {
    return (this.#scheme ??= parsing('CERTIFICATE_MALFORMED', 'signature algorithm', () =>
      decodeSignatureScheme(this.#signatureAlgorithm),
    ));
  }

  /** @throws PkiError PUBLIC_KEY_UNSUPPORTED */
  get publicKey(): KeyObject {
    return (this.#publicKey ??= importPublicKey(this.spki));
  }

  /** @throws PkiError PUBLIC_KEY_UNSUPPORTED */
  get publicKeyFacts(): PublicKeyFacts {
    return (this.#keyFacts ??= publicKeyFacts(this.publicKey));
  }

  /** Content of subjectPublicKey: what key identifiers and OCSP hash. */
  get publicKeyOctets(): Buffer {
    const reader = DerReader.of(this.spki).sequence();
    reader.read(Tag.Sequence);
    return reader.read(Tag.BitString).bitOctets();
  }

  /** Issuer and subject are the same name (RFC 5280 §6.1: does not count towards path length). */
  get isSelfIssued(): boolean {
    return this.subject.equals(this.issuer);
  }

  /** Basic constraints say it is a CA. */
  get isAuthority(): boolean {
    return this.extensions.basicConstraints?.ca ?? false;
  }

  /** Whether `issuer`'s key made the signature on this certificate; nothing else is checked. */
  isSignedBy(issuer: Certificate): boolean {
    if (this.#verifiedBy?.issuer !== issuer) {
      const valid = verifySignature(this.signatureScheme, issuer.publicKey, this.tbs, this.signature);
      this.#verifiedBy = { issuer, valid };
    }
    return this.#verifiedBy.valid;
  }

  equals(other: Certificate): boolean {
    return this === other || this.fingerprint === other.fingerprint;
  }

  toPem(): string {
    return writePem(this.der, 'CERTIFICATE');
  }
}

function readExtensionList(field: DerReader): ReadonlyMap<string, RawExtension> {
  const list = field.sequence();
  field.finish();
  return readExtensions(list);
}
