import { LRUCache } from 'lru-cache';
import {
  HashName,
  SignatureScheme,
  decodeHashAlgorithm,
  decodeSignatureScheme,
  digest,
  verifySignature,
} from '../algorithms';
import { DerElement, DerReader, Tag, constructed, primitive } from '../asn1';
import { Certificate, ExtensionOid, Name, RawExtension, readExtensions } from '../certificate';
import { PkiError, parsing } from '../errors';

const interned = new LRUCache<string, OcspResponse>({
  max: 4096,
  maxSize: 32 << 20,
  sizeCalculation: (response) => response.der.length,
});

/** Which certificate an answer is about (RFC 6960 §4.1.1). */
export interface CertificateId {
  readonly hash: HashName;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  /** As `Certificate.serial`. */
  readonly serial: string;
}

export interface OcspAnswer {
  readonly id: CertificateId;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: Date | undefined;
  /** As numbered in RFC 5280 §5.3.1. */
  readonly reason: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
}

const statusNames = ['successful', 'malformedRequest', 'internalError', '', 'tryLater', 'sigRequired', 'unauthorized'];

/** A successful basic OCSP response (RFC 6960 §4.2.1). */
export class OcspResponse {
  /** The whole OCSPResponse. */
  readonly der: Buffer;
  /** SHA-256 of `der`, hex. */
  readonly fingerprint: string;
  readonly producedAt: Date;
  readonly answers: readonly OcspAnswer[];
  /** The requester's nonce, when the responder repeated it. */
  readonly nonce: Buffer | undefined;
  /** Certificates the responder sent along. */
  readonly certificates: readonly Certificate[];
  readonly scheme: SignatureScheme;
  /** RFC 6960 §4.4.4: answers hold for certificates that expired after this time. */
  readonly archiveCutoff: Date | undefined;
  readonly isUnderstood: boolean;
  private readonly responderName: Name | undefined;
  private readonly responderKeyHash: Buffer | undefined;
  private readonly signedData: Buffer;
  private readonly signature: Buffer;
  private verifiedBy: { readonly signer: string; readonly valid: boolean } | undefined;

  private constructor(der: Buffer, fingerprint: string) {
    this.der = der;
    this.fingerprint = fingerprint;
    const basic = openBasicResponse(der);
    const data = basic.read(Tag.Sequence);
    this.signedData = data.raw;
    this.scheme = decodeSignatureScheme(basic.read(Tag.Sequence));
    this.signature = basic.read(Tag.BitString).bitOctets();
    const certificates = basic.optional(constructed(0))?.children().sequence();
    basic.finish();
    this.certificates = Array.from(certificates ?? [], (certificate) => Certificate.fromDer(certificate.raw));

    const reader = data.children();
    reader.optional(constructed(0)); // version
    const responder = reader.next();
    if (responder.tag === constructed(1)) this.responderName = new Name(responder.children().read(Tag.Sequence).raw);
    else if (responder.tag === constructed(2)) {
      this.responderKeyHash = responder.children().read(Tag.OctetString).content;
    } else responder.refuse('a responder is named by name or key');
    this.producedAt = reader.read(Tag.GeneralizedTime).time();
    const answers = Array.from(reader.sequence(), readAnswer);
    this.answers = answers.map(({ answer }) => answer);
    const extensionField = reader.optional(constructed(1))?.children();
    reader.finish();
    const extensions = extensionField ? readExtensions(extensionField.sequence()) : new Map<string, RawExtension>();
    const nonce = extensions.get(ExtensionOid.ocspNonce);
    this.nonce = nonce && readNonce(nonce.value);
    const cutoff = answers.flatMap(({ extensions: own }) => own.get(ExtensionOid.ocspArchiveCutoff) ?? [])[0];
    this.archiveCutoff = cutoff && DerReader.only(cutoff.value, Tag.GeneralizedTime).time();
    const all = [extensions, ...answers.map((answer) => answer.extensions)];
    this.isUnderstood = !all.some((map) =>
      [...map.values()].some(({ oid, critical }) => critical && oid !== ExtensionOid.ocspNonce),
    );
  }

  /** @throws PkiError OCSP_MALFORMED; OCSP_REFUSED when it is not successful; ALGORITHM_UNSUPPORTED */
  static fromDer(bytes: Uint8Array): OcspResponse {
    const fingerprint = digest('sha256', bytes).toString('hex');
    let response = interned.get(fingerprint);
    if (response === undefined) {
      const der = Buffer.from(bytes);
      response = parsing('OCSP_MALFORMED', 'OCSP response', () => new OcspResponse(der, fingerprint));
      interned.set(fingerprint, response);
    }
    return response;
  }

  /** Whether the response says that `certificate` signed it. */
  names(certificate: Certificate): boolean {
    return (
      (this.responderName?.equals(certificate.subject) ?? false) ||
      (this.responderKeyHash?.equals(digest('sha1', certificate.publicKeyOctets)) ?? false)
    );
  }

  isSignedBy(signer: Certificate): boolean {
    if (this.verifiedBy?.signer !== signer.fingerprint) {
      const valid = verifySignature(this.scheme, signer.publicKey, this.signedData, this.signature);
      this.verifiedBy = { signer: signer.fingerprint, valid };
    }
    return this.verifiedBy.valid;
  }
}

/** Whether `id` is that of `certificate` issued by `issuer`. */
export function identifies(id: CertificateId, certificate: Certificate, issuer: Certificate): boolean {
  return (
    id.serial === certificate.serial &&
    id.issuerNameHash.equals(digest(id.hash, certificate.issuer.der)) &&
    id.issuerKeyHash.equals(digest(id.hash, issuer.publicKeyOctets))
  );
}

function openBasicResponse(der: Buffer): DerReader {
  const outer = DerReader.only(der, Tag.Sequence).children();
  const status = outer.read(Tag.Enumerated).integer();
  if (status !== 0) throw new PkiError('OCSP_REFUSED', `the responder answered ${statusNames[status] ?? status}`);
  const bytes = outer.read(constructed(0)).children().sequence();
  outer.finish();
  const type = bytes.read(Tag.Oid).oid();
  if (type !== '1.3.6.1.5.5.7.48.1.1') throw new PkiError('OCSP_MALFORMED', `response type ${type}`);
  const response = bytes.read(Tag.OctetString).content;
  bytes.finish();
  return DerReader.only(response, Tag.Sequence).children();
}

function readAnswer(element: DerElement): { answer: OcspAnswer; extensions: ReadonlyMap<string, RawExtension> } {
  if (element.tag !== Tag.Sequence) element.refuse('an OCSP answer is a SEQUENCE');
  const reader = element.children();
  const id = readCertificateId(reader.sequence());
  const status = readStatus(reader.next());
  const thisUpdate = reader.read(Tag.GeneralizedTime).time();
  const nextUpdate = reader.optional(constructed(0))?.children().read(Tag.GeneralizedTime).time();
  const extensionField = reader.optional(constructed(1))?.children();
  reader.finish();
  const extensions = extensionField ? readExtensions(extensionField.sequence()) : new Map<string, RawExtension>();
  return { answer: { id, ...status, thisUpdate, nextUpdate }, extensions };
}

function readCertificateId(reader: DerReader): CertificateId {
  const hash = decodeHashAlgorithm(reader.read(Tag.Sequence));
  const issuerNameHash = reader.read(Tag.OctetString).content;
  const issuerKeyHash = reader.read(Tag.OctetString).content;
  const serial = reader.read(Tag.Integer).integerBytes().toString('hex');
  reader.finish();
  return { hash, issuerNameHash, issuerKeyHash, serial };
}

function readStatus(element: DerElement): Pick<OcspAnswer, 'status' | 'revokedAt' | 'reason'> {
  switch (element.tag) {
    case primitive(0):
      return { status: 'good', revokedAt: undefined, reason: 0 };
    case constructed(1): {
      const reader = element.children();
      const revokedAt = reader.read(Tag.GeneralizedTime).time();
      const reason = reader.optional(constructed(0))?.children().read(Tag.Enumerated).integer() ?? 0;
      reader.finish();
      return { status: 'revoked', revokedAt, reason };
    }
    case primitive(2):
      return { status: 'unknown', revokedAt: undefined, reason: 0 };
    default:
      return element.refuse('an OCSP status is of no known form');
  }
}

/** An OCTET STRING (RFC 8954); older responders repeat bare octets. */
function readNonce(value: Buffer): Buffer {
  return value[0] === Tag.OctetString && value[1] === value.length - 2 ? value.subarray(2) : value;
}
