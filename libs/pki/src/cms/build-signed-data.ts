import {
  HashName,
  SignatureAlgorithm,
  digest,
  encodeHashAlgorithm,
  encodeSignatureScheme,
  signingScheme,
  verifySignature,
} from '../algorithms';
import { DerReader, Tag, constructed, der } from '../asn1';
import { Certificate } from '../certificate';
import { PkiError, parsing } from '../errors';
import { SigningKey } from '../keys';
import { CmsOid } from './oids';
import { encodeSigningCertificateV2 } from './signing-certificate';

/** The signer of a detached signature: whose certificate, with which algorithms. A `SigningKey` is one. */
export type CmsSigner = Pick<SigningKey, 'certificate' | 'chain' | 'algorithm' | 'hash'>;

export interface DetachedSignature {
  readonly key: SigningKey;
  /** Digest of the content by `key.hash`. */
  readonly messageDigest: Uint8Array;
  /** Asked for an RFC 3161 token over the signature value, to be embedded. */
  readonly timestamp?: (signature: Buffer) => Promise<Buffer>;
}

/**
 * A detached CAdES baseline signature (ETSI EN 319 122-1 §6.3, as PAdES EN 319 142-1 §6.3 needs it): content type,
 * message digest and ESS signing-certificate-v2; no signing time, which PAdES keeps in the dictionary's `M`.
 *
 * @returns DER of the ContentInfo
 */
export async function buildSignedData(options: DetachedSignature): Promise<Buffer> {
  const { key, messageDigest, timestamp } = options;
  const attributes = encodeSignedAttributes(key.certificate, messageDigest);
  const signature = await key.sign(attributes);
  return encodeSignedData(key, attributes, signature, await timestamp?.(signature));
}

/** SignedData around its own content of another type, as RFC 3161 tokens are. @returns DER of the ContentInfo */
export async function buildEnvelopingSignedData(key: SigningKey, type: string, content: Buffer): Promise<Buffer> {
  const attributes = encodeSignedAttributes(key.certificate, digest(key.hash, content), type);
  return encodeSignedData(key, attributes, await key.sign(attributes), undefined, { type, content });
}

/** The signed attributes as a SET OF in DER: exactly the octets that the signer's key signs (RFC 5652 §5.4). */
export function encodeSignedAttributes(
  certificate: Certificate,
  messageDigest: Uint8Array,
  contentType: string = CmsOid.data,
): Buffer {
  return der.setOf(
    attribute(CmsOid.contentType, der.oid(contentType)),
    attribute(CmsOid.messageDigest, der.octetString(messageDigest)),
    attribute(CmsOid.signingCertificateV2, encodeSigningCertificateV2(certificate)),
  );
}

/**
 * Puts a signature value that was made elsewhere (a clerk's token, a remote service) over `signedAttributes` into a
 * SignedData, once it is seen to be the signer's.
 *
 * @throws PkiError SIGNATURE_VALUE_INVALID
 */
export function completeSignedData(
  signer: CmsSigner,
  signedAttributes: Buffer,
  signature: Uint8Array,
  timestampToken?: Uint8Array,
): Buffer {
  const scheme = signingScheme(signer.algorithm, signer.hash);
  if (!verifySignature(scheme, signer.certificate.publicKey, signedAttributes, signature)) {
    throw new PkiError('SIGNATURE_VALUE_INVALID', `not the signature of ${signer.certificate.subject.toString()}`);
  }
  return encodeSignedData(signer, signedAttributes, signature, timestampToken);
}

/**
 * Adds an RFC 3161 token over the signature value of a SignedData with one signer, as an unsigned attribute: raises B-B
 * to B-T. All else keeps its octets.
 */
export function addSignatureTimestamp(signedData: Uint8Array, token: Uint8Array): Buffer {
  return parsing('CMS_MALFORMED', 'CMS', () => {
    const contentInfo = DerReader.of(signedData).sequence();
    const type = contentInfo.read(Tag.Oid).raw;
    const fields = [...contentInfo.read(constructed(0)).children().sequence()];
    const signerInfos = fields.pop();
    const [signerInfo, ...others] = signerInfos ? [...signerInfos.children()] : [];
    if (!signerInfo || others.length > 0) throw new PkiError('CMS_MALFORMED', 'not one signer');
    const members = [...signerInfo.children()];
    const unsigned = members.at(-1)?.tag === constructed(1) ? members.pop() : undefined;
    const attributes = unsigned ? Array.from(unsigned.children(), (existing) => existing.raw) : [];
    attributes.push(attribute(CmsOid.signatureTimestamp, token));
    const raised = der.sequence(...members.map((member) => member.raw), unsignedAttributes(attributes));
    const body = der.sequence(...fields.map((field) => field.raw), der.setOf(raised));
    return der.sequence(type, der.context(0, body));
  });
}

/** Longest signature value of a key, in octets; ECDSA values in DER vary below it. */
export function longestSignature(certificate: Certificate): number {
  const { type, bits } = certificate.publicKeyFacts;
  if (type === 'Ed25519') return 64;
  return type === 'RSA' ? Math.ceil(bits / 8) : 2 * (Math.ceil(bits / 8) + 3) + 4;
}

/** Upper bound on the octets of `buildSignedData` for this signer, to reserve room before signing. */
export function longestSignedData(signer: CmsSigner, timestampTokenLength = 0): number {
  const attributes = encodeSignedAttributes(signer.certificate, Buffer.alloc(64));
  const token = timestampTokenLength > 0 ? Buffer.alloc(timestampTokenLength) : undefined;
  return encodeSignedData(signer, attributes, Buffer.alloc(longestSignature(signer.certificate)), token).length;
}

function encodeSignedData(
  signer: CmsSigner,
  signedAttributes: Buffer,
  signature: Uint8Array,
  timestampToken?: Uint8Array,
  encapsulated?: { readonly type: string; readonly content: Uint8Array },
): Buffer {
  const { certificate, chain, algorithm, hash } = signer;
  const implicitAttributes = Buffer.from(signedAttributes);
  implicitAttributes[0] = constructed(0);
  const digestAlgorithm = encodeHashAlgorithm(hash);
  const signerInfo = der.sequence(
    der.integer(1), // issuerAndSerialNumber: version 1 (RFC 5652 §5.3)
    der.sequence(certificate.issuer.der, der.element(Tag.Integer, Buffer.from(certificate.serial, 'hex'))),
    digestAlgorithm,
    implicitAttributes,
    encodeCmsScheme(algorithm, hash),
    der.octetString(signature),
    ...(timestampToken ? [unsignedAttributes([attribute(CmsOid.signatureTimestamp, timestampToken)])] : []),
  );
  const signedData = der.sequence(
    der.integer(encapsulated ? 3 : 1), // RFC 5652 §5.1: 3 for content other than data
    der.setOf(digestAlgorithm),
    encapsulated
      ? der.sequence(der.oid(encapsulated.type), der.context(0, der.octetString(encapsulated.content)))
      : der.sequence(der.oid(CmsOid.data)),
    der.element(constructed(0), ...sortedDer([certificate, ...chain])),
    der.setOf(signerInfo),
  );
  return der.sequence(der.oid(CmsOid.signedData), der.context(0, signedData));
}

/** PKCS#1 v1.5 as plain rsaEncryption, which every verifier knows (RFC 5754 §3.2). */
const encodeCmsScheme = (algorithm: SignatureAlgorithm, hash: HashName): Buffer =>
  algorithm === 'RSA-PKCS1'
    ? der.sequence(der.oid(CmsOid.rsaEncryption), der.nullValue())
    : encodeSignatureScheme(signingScheme(algorithm, hash));

const sortedDer = (certificates: readonly Certificate[]): Buffer[] =>
  certificates.map((certificate) => certificate.der).sort((a, b) => Buffer.compare(a, b));

const attribute = (type: string, value: Uint8Array): Buffer => der.sequence(der.oid(type), der.setOf(value));

function unsignedAttributes(attributes: readonly Buffer[]): Buffer {
  const set = der.setOf(...attributes);
  set[0] = constructed(1);
  return set;
}
