import { LRUCache } from 'lru-cache';
import { SignatureScheme, decodeSignatureScheme, digest, verifySignature } from '../algorithms';
import { DerElement, DerReader, Tag, constructed } from '../asn1';
import { Certificate, ExtensionOid, Name, RawExtension, readExtensions } from '../certificate';
import { parsing } from '../errors';
import { CrlEntries, CrlEntry } from './crl-entries';
import { IssuingDistributionPoint, readIssuingDistributionPoint } from './issuing-distribution-point';

/** Bounded by octets: a national CRL may have some megabytes, and comes with every document. */
const interned = new LRUCache<string, Crl>({ max: 1024, maxSize: 128 << 20, sizeCalculation: (crl) => crl.der.length });

const understoodExtensions: ReadonlySet<string> = new Set([
  ExtensionOid.authorityKeyIdentifier,
  ExtensionOid.crlNumber,
  ExtensionOid.deltaCrlIndicator,
  ExtensionOid.issuingDistributionPoint,
  ExtensionOid.freshestCrl,
  ExtensionOid.issuerAltName,
]);

/** A certificate revocation list (RFC 5280 §5), complete or delta. Its entries stay encoded until one is looked for. */
export class Crl {
  readonly der: Buffer;
  /** SHA-256 of `der`, hex. */
  readonly fingerprint: string;
  readonly tbs: Buffer;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  /** Absent in some lists, against RFC 5280 §5.1.2.5. */
  readonly nextUpdate: Date | undefined;
  readonly scheme: SignatureScheme;
  readonly number: bigint | undefined;
  /** Number of the complete list that this delta adds to; undefined: this is a complete list. */
  readonly baseNumber: bigint | undefined;
  readonly distributionPoint: IssuingDistributionPoint | undefined;
  /** Octets of the issuing distribution point and authority key identifier: a delta must have the same (§5.2.4). */
  readonly scope: string;
  readonly authorityKeyIdentifier: Buffer | undefined;
  /** ITU-T X.509: entries of certificates that expired after this time are kept. */
  readonly keepsExpiredSince: Date | undefined;
  private readonly signature: Buffer;
  private readonly entries: CrlEntries;
  private readonly hasUnknownCritical: boolean;
  private verifiedBy: { readonly signer: string; readonly valid: boolean } | undefined;

  private constructor(der: Buffer, fingerprint: string) {
    this.der = der;
    this.fingerprint = fingerprint;
    const outer = DerReader.only(der, Tag.Sequence).children();
    const tbs = outer.read(Tag.Sequence);
    this.tbs = tbs.raw;
    const algorithm = outer.read(Tag.Sequence);
    this.scheme = decodeSignatureScheme(algorithm);
    this.signature = outer.read(Tag.BitString).bitOctets();
    outer.finish();

    const reader = tbs.children();
    const version = 1 + (reader.optional(Tag.Integer)?.integer() ?? 0);
    const signedAlgorithm = reader.read(Tag.Sequence);
    if (!signedAlgorithm.raw.equals(algorithm.raw)) signedAlgorithm.refuse('two signature algorithms');
    this.issuer = new Name(reader.read(Tag.Sequence).raw);
    this.thisUpdate = reader.next().time();
    this.nextUpdate = [Tag.UtcTime, Tag.GeneralizedTime].some((tag) => tag === reader.nextTag)
      ? reader.next().time()
      : undefined;
    this.entries = new CrlEntries(reader.optional(Tag.Sequence), this.issuer);
    const extensionField = reader.optional(constructed(0))?.children();
    reader.finish();
    if (extensionField && version !== 2) reader.refuse('extensions need version 2');

    const extensions = extensionField ? readExtensions(extensionField.sequence()) : new Map<string, RawExtension>();
    const value = (oid: string, tag: number): DerElement | undefined => {
      const extension = extensions.get(oid);
      return extension && DerReader.only(extension.value, tag);
    };
    this.number = value(ExtensionOid.crlNumber, Tag.Integer)?.bigInteger();
    this.baseNumber = value(ExtensionOid.deltaCrlIndicator, Tag.Integer)?.bigInteger();
    const point = value(ExtensionOid.issuingDistributionPoint, Tag.Sequence);
    this.distributionPoint = point && readIssuingDistributionPoint(point);
    const authorityKey = value(ExtensionOid.authorityKeyIdentifier, Tag.Sequence);
    this.authorityKeyIdentifier = authorityKey?.children().optional(0x80)?.content;
    this.scope = `${point?.raw.toString('hex') ?? ''}/${authorityKey?.raw.toString('hex') ?? ''}`;
    this.keepsExpiredSince = value(ExtensionOid.expiredCertsOnCrl, Tag.GeneralizedTime)?.time();
    this.hasUnknownCritical = [...extensions.values()].some(
      ({ oid, critical }) => critical && !understoodExtensions.has(oid),
    );
  }

  /** @throws PkiError CRL_MALFORMED, ALGORITHM_UNSUPPORTED */
  static fromDer(bytes: Uint8Array): Crl {
    const fingerprint = digest('sha256', bytes).toString('hex');
    let crl = interned.get(fingerprint);
    if (crl === undefined) {
      const der = Buffer.from(bytes);
      crl = parsing('CRL_MALFORMED', 'CRL', () => new Crl(der, fingerprint));
      interned.set(fingerprint, crl);
    }
    return crl;
  }

  get isDelta(): boolean {
    return this.baseNumber !== undefined;
  }

  /**
   * Whether every critical extension, of the list and of its entries, is one we act on: otherwise the list says nothing
   * about any certificate (RFC 5280 §5.2, §5.3).
   */
  get isUnderstood(): boolean {
    return !this.hasUnknownCritical && !this.entries.haveUnknownCritical;
  }

  /** The entry of a certificate, or undefined when it is not listed. `serial` as in `Certificate`. */
  find(serial: string, certificateIssuer: Name): CrlEntry | undefined {
    return this.entries.find(serial, certificateIssuer);
  }

  isSignedBy(signer: Certificate): boolean {
    if (this.verifiedBy?.signer !== signer.fingerprint) {
      const valid = verifySignature(this.scheme, signer.publicKey, this.tbs, this.signature);
      this.verifiedBy = { signer: signer.fingerprint, valid };
    }
    return this.verifiedBy.valid;
  }
}
