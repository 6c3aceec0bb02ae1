import { HashName, SignatureScheme, decodeHashAlgorithm, decodeSignatureScheme } from '../algorithms';
import { firstBerToDer } from '../asn1/ber-to-der';
import { DerElement, DerReader, Tag, constructed, primitive } from '../asn1';
import { Certificate, Name } from '../certificate';
import { PkiError, parsing } from '../errors';
import { Attributes, readAttributes } from './attributes';
import { CmsOid } from './oids';
import { SigningCertificateReference, decodeSigningCertificate } from './signing-certificate';

/** How a SignerInfo names its certificate. `serial` and `subjectKeyIdentifier` as in `Certificate`. */
export type SignerIdentifier =
  { readonly issuer: Name; readonly serial: string } | { readonly subjectKeyIdentifier: Buffer };

export interface SignerInfo {
  readonly identifier: SignerIdentifier;
  readonly digestAlgorithm: HashName;
  readonly scheme: SignatureScheme;
  readonly signature: Buffer;
  readonly signedAttributes: Attributes;
  /** DER of the signed attributes as a SET OF: what the signature is over. Undefined: there are none. */
  readonly signedBytes: Buffer | undefined;
  readonly unsignedAttributes: Attributes;
  readonly contentType: string | undefined;
  readonly messageDigest: Buffer | undefined;
  /** The signer's own clock; proves nothing. */
  readonly signingTime: Date | undefined;
  /** ESS signing-certificate-v2, or the older SHA-1 form when there is no other. */
  readonly signingCertificate: SigningCertificateReference | undefined;
  /** RFC 3161 tokens over `signature`, each a ContentInfo. */
  readonly signatureTimestamps: readonly Buffer[];
}

/** CMS SignedData (RFC 5652 §5). */
export interface SignedData {
  /** The ContentInfo alone, without padding. */
  readonly der: Buffer;
  readonly contentType: string;
  /** Encapsulated content; undefined when the signature is detached. */
  readonly content: Buffer | undefined;
  readonly certificates: readonly Certificate[];
  /** CertificateLists, each in DER. */
  readonly crls: readonly Buffer[];
  /** OCSPResponses (RFC 5940 §2), each in DER. */
  readonly ocspResponses: readonly Buffer[];
  readonly signerInfos: readonly SignerInfo[];
}

/**
 * Reads a ContentInfo with SignedData in strict DER, or with indefinite lengths. Zero octets may follow, as PDF pads /Contents; nothing else may.
 *
 * @throws PkiError CMS_MALFORMED, CERTIFICATE_MALFORMED, ALGORITHM_UNSUPPORTED
 */
export function parseSignedData(bytes: Uint8Array): SignedData {
  return parsing('CMS_MALFORMED', 'CMS', () => {
    const { reader, rest } = openContentInfo(bytes);
    const contentInfo = reader.read(Tag.Sequence);
    if (!isZero(rest ?? reader.rest)) reader.refuse('octets follow where none may');
    const info = contentInfo.children();
    const type = info.read(Tag.Oid).oid();
    if (type !== CmsOid.signedData) throw new PkiError('CMS_MALFORMED', `content type ${type}`);
    const explicit = info.read(constructed(0)).children();
    const signedData = explicit.sequence();
    explicit.finish();
    info.finish();
    return { der: contentInfo.raw, ...readSignedData(signedData) };
  });
}

/** PDF asks for DER, but all that signs with NSS writes indefinite lengths: the same values, so the same signature. */
function openContentInfo(bytes: Uint8Array): { reader: DerReader; rest?: Buffer } {
  if (bytes[0] !== Tag.Sequence || bytes[1] !== 0x80) return { reader: DerReader.of(bytes) };
  const source = Buffer.from(bytes);
  const { der, end } = firstBerToDer(source);
  return { reader: DerReader.of(der), rest: source.subarray(end) };
}

const zeros = Buffer.alloc(16 << 10);

/** Compared a block at a time: PDF reserves tens of kilobytes and fills few of them. */
function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const block = bytes.subarray(at, at + zeros.length);
    if (!block.equals(zeros.subarray(0, block.length))) return false;
  }
  return true;
}

function readSignedData(reader: DerReader): Omit<SignedData, 'der'> {
  reader.read(Tag.Integer).integer();
  reader.read(Tag.Set); // digestAlgorithms: a hint for one-pass readers, repeated in each SignerInfo
  const encapsulated = reader.sequence();
  const contentType = encapsulated.read(Tag.Oid).oid();
  const explicitContent = encapsulated.optional(constructed(0))?.children();
  const content = explicitContent?.read(Tag.OctetString).content;
  explicitContent?.finish();
  encapsulated.finish();
  const certificates = readCertificates(reader.optional(constructed(0)));
  const revocation = readRevocation(reader.optional(constructed(1)));
  const signerInfos = Array.from(reader.read(Tag.Set).children(), readSignerInfo);
  reader.finish();
  return { contentType, content, certificates, ...revocation, signerInfos };
}

/** CertificateSet. Attribute certificates and other forms are nothing to us. */
const readCertificates = (field: DerElement | undefined): Certificate[] =>
  field
    ? [...field.children()]
        .filter((choice) => choice.tag === Tag.Sequence)
        .map((choice) => Certificate.fromDer(choice.raw))
    : [];

/** RevocationInfoChoices: CRLs, and OCSP responses as `[1] OtherRevocationInfoFormat`. */
function readRevocation(field: DerElement | undefined): { crls: Buffer[]; ocspResponses: Buffer[] } {
  const found: { crls: Buffer[]; ocspResponses: Buffer[] } = { crls: [], ocspResponses: [] };
  for (const choice of field?.children() ?? []) {
    if (choice.tag === Tag.Sequence) found.crls.push(choice.raw);
    if (choice.tag !== constructed(1)) continue;
    const other = choice.children();
    if (other.read(Tag.Oid).oid() === '1.3.6.1.5.5.7.16.2') found.ocspResponses.push(other.next().raw);
  }
  return found;
}

function readSignerInfo(element: DerElement): SignerInfo {
  if (element.tag !== Tag.Sequence) element.refuse('a SignerInfo is a SEQUENCE');
  const reader = element.children();
  reader.read(Tag.Integer).integer();
  const identifier = readIdentifier(reader.next());
  const digestAlgorithm = decodeHashAlgorithm(reader.read(Tag.Sequence));
  const signedField = reader.optional(constructed(0));
  const scheme = decodeSignatureScheme(reader.read(Tag.Sequence), digestAlgorithm);
  const signature = reader.read(Tag.OctetString).content;
  const unsignedField = reader.optional(constructed(1));
  reader.finish();
  const signedAttributes = signedField ? readAttributes(signedField, true) : new Map<string, DerElement[]>();
  const unsignedAttributes = unsignedField ? readAttributes(unsignedField, false) : new Map<string, DerElement[]>();
  return {
    identifier,
    digestAlgorithm,
    scheme,
    signature,
    signedAttributes,
    signedBytes: signedField && asSet(signedField),
    unsignedAttributes,
    contentType: expect(signedAttributes, CmsOid.contentType, Tag.Oid)?.oid(),
    messageDigest: expect(signedAttributes, CmsOid.messageDigest, Tag.OctetString)?.content,
    signingTime: signedAttributes.get(CmsOid.signingTime)?.[0]?.time(),
    signingCertificate: readSigningCertificate(signedAttributes),
    signatureTimestamps: (unsignedAttributes.get(CmsOid.signatureTimestamp) ?? []).map((token) => token.raw),
  };
}

function readIdentifier(element: DerElement): SignerIdentifier {
  if (element.tag === primitive(0)) return { subjectKeyIdentifier: element.content };
  if (element.tag !== Tag.Sequence) element.refuse('a signer is named by issuer and serial, or by key identifier');
  const reader = element.children();
  const issuer = new Name(reader.read(Tag.Sequence).raw);
  const serial = reader.read(Tag.Integer).integerBytes().toString('hex');
  reader.finish();
  return { issuer, serial };
}

/** RFC 5652 §5.4: the `[0]` tag is for the place in the SignerInfo; the digest is over an EXPLICIT SET OF. */
function asSet(signedField: DerElement): Buffer {
  const bytes = Buffer.from(signedField.raw);
  bytes[0] = Tag.Set;
  return bytes;
}

function expect(attributes: Attributes, type: string, tag: number): DerElement | undefined {
  const value = attributes.get(type)?.[0];
  if (value && value.tag !== tag) value.refuse(`attribute ${type} is of another type`);
  return value;
}

function readSigningCertificate(attributes: Attributes): SigningCertificateReference | undefined {
  const second = expect(attributes, CmsOid.signingCertificateV2, Tag.Sequence);
  if (second) return decodeSigningCertificate(second, 2);
  const first = expect(attributes, CmsOid.signingCertificate, Tag.Sequence);
  return first && decodeSigningCertificate(first, 1);
}
