import { HashName, decodeHashAlgorithm, digest } from '../algorithms';
import { DerReader, Tag, constructed, primitive } from '../asn1';
import { Certificate, readExtensions } from '../certificate';
import { CmsOid, SignedData, SignerFailureCode, parseSignedData, verifySignerInfo } from '../cms';
import { PkiError, parsing } from '../errors';

/** What a time-stamping authority says (RFC 3161 §2.4.2). */
export interface TimestampInfo {
  readonly policy: string;
  readonly hash: HashName;
  /** Digest of what was stamped. */
  readonly imprint: Buffer;
  /** Hex. */
  readonly serial: string;
  readonly time: Date;
  /** Milliseconds either way; undefined: not said. */
  readonly accuracy: number | undefined;
  readonly nonce: Buffer | undefined;
}

export interface TimestampToken {
  readonly der: Buffer;
  readonly info: TimestampInfo;
  readonly signedData: SignedData;
}

/**
 * Reads an RFC 3161 token. Zero octets may follow, as PDF pads /Contents.
 *
 * @throws PkiError TIMESTAMP_MALFORMED, CMS_MALFORMED, ALGORITHM_UNSUPPORTED
 */
export function parseTimestampToken(bytes: Uint8Array): TimestampToken {
  const signedData = parseSignedData(bytes);
  const { contentType, content } = signedData;
  if (contentType !== CmsOid.tstInfo || !content) throw new PkiError('TIMESTAMP_MALFORMED', `content ${contentType}`);
  const info = parsing('TIMESTAMP_MALFORMED', 'TSTInfo', () => readInfo(content));
  return { der: signedData.der, info, signedData };
}

export type TimestampVerification =
  | { readonly valid: true; readonly certificate: Certificate }
  | {
      readonly valid: false;
      readonly code: SignerFailureCode | 'IMPRINT_MISMATCH';
      readonly certificate?: Certificate;
    };

/**
 * Whether a token is its authority's and stamps `stamped`: the data itself, or its digest by the token's own hash.
 * Whether the authority is to be trusted is another question.
 */
export function verifyTimestampToken(
  token: TimestampToken,
  stamped: { readonly data: Uint8Array } | { readonly digest: Uint8Array },
  moreCertificates: readonly Certificate[] = [],
): TimestampVerification {
  const { signedData, info } = token;
  const [signerInfo, ...others] = signedData.signerInfos;
  if (!signerInfo || others.length > 0 || !signedData.content) return { valid: false, code: 'SIGNER_COUNT' };
  const imprint = 'data' in stamped ? digest(info.hash, stamped.data) : stamped.digest;
  if (!info.imprint.equals(imprint)) return { valid: false, code: 'IMPRINT_MISMATCH' };
  const certificates = [...signedData.certificates, ...moreCertificates];
  const contentDigest = digest(signerInfo.digestAlgorithm, signedData.content);
  const result = verifySignerInfo(signerInfo, certificates, { contentDigest, contentType: CmsOid.tstInfo });
  if (result.valid) return { valid: true, certificate: result.certificate };
  return { valid: false, code: result.failure.code, ...(result.certificate && { certificate: result.certificate }) };
}

function readInfo(content: Buffer): TimestampInfo {
  const reader = DerReader.only(content, Tag.Sequence).children();
  const version = reader.read(Tag.Integer).integer();
  if (version !== 1) throw new PkiError('TIMESTAMP_MALFORMED', `version ${version}`);
  const policy = reader.read(Tag.Oid).oid();
  const messageImprint = reader.sequence();
  const hash = decodeHashAlgorithm(messageImprint.read(Tag.Sequence));
  const imprint = messageImprint.read(Tag.OctetString).content;
  messageImprint.finish();
  const serial = reader.read(Tag.Integer).integerBytes().toString('hex');
  const time = reader.read(Tag.GeneralizedTime).time();
  const accuracy = readAccuracy(reader.optional(Tag.Sequence)?.children());
  reader.optional(Tag.Boolean); // ordering
  const nonce = reader.optional(Tag.Integer)?.integerBytes();
  reader.optional(constructed(0)); // the authority's name: its certificate says it with more weight
  const extensions = reader.optional(constructed(1))?.children();
  reader.finish();
  for (const { oid, critical } of extensions ? readExtensions(extensions).values() : []) {
    if (critical) throw new PkiError('TIMESTAMP_MALFORMED', `critical extension ${oid}`);
  }
  return { policy, hash, imprint, serial, time, accuracy, nonce };
}

function readAccuracy(reader: DerReader | undefined): number | undefined {
  if (!reader) return undefined;
  const seconds = reader.optional(Tag.Integer)?.integer() ?? 0;
  const millis = reader.optional(primitive(0))?.integer() ?? 0;
  const micros = reader.optional(primitive(1))?.integer() ?? 0;
  reader.finish();
  return seconds * 1000 + millis + micros / 1000;
}
