import { createHash } from 'node:crypto';

import {
  assertMaySign,
  Certificate,
  type CmsSigner,
  completeSignedData,
  digestParts,
  encodeSignedAttributes,
  longestSignedData,
  PkiError,
} from '@axis/pki';

import { PadesError } from '../errors';
import { openSlot, type SignatureClaims, type TimestampSource, TOKEN_ROOM } from './sign-pdf';
import { type ByteRange, SignatureSlot } from './signature-slot';

/** Whose key will sign, somewhere else. */
export interface DeferredOptions extends SignatureClaims {
  readonly signer: CmsSigner;
  /** Keeps room for a timestamp that `completeSignature` is to add. */
  readonly timestamped?: boolean;
}

/** Everything that `completeSignature` needs besides the file itself. Plain JSON: keep it as long as signing takes. */
export interface SignatureTicket {
  readonly version: 1;
  /** SHA-256 of the file to be signed, hex. */
  readonly document: string;
  /** What will be appended to it, with the signature value still empty, base64. */
  readonly revision: string;
  readonly byteRange: ByteRange;
  /** DER in base64: the signer's certificate, then its issuers. */
  readonly certificates: readonly string[];
  readonly algorithm: CmsSigner['algorithm'];
  readonly hash: CmsSigner['hash'];
}

export interface PreparedSignature {
  readonly ticket: SignatureTicket;
  /** What the key must sign: DER of the signed attributes, hashed by the signer with `ticket.hash`. */
  readonly toSign: Buffer;
  /** `toSign` hashed, for tokens and services that are given only a digest. */
  readonly digest: Buffer;
}

/**
 * First half of a signature by a key that is not here: a clerk's token, a remote service. Nothing secret is in the
 * ticket, and nothing of the file is locked meanwhile.
 *
 * @throws PadesError as `signPdf`
 */
export async function prepareSignature(pdf: Buffer, options: DeferredOptions): Promise<PreparedSignature> {
  const { signer, timestamped = false } = options;
  assertMaySign(signer, new Date());
  const slot = await openSlot(pdf, options, longestSignedData(signer, timestamped ? TOKEN_ROOM : 0));
  const toSign = encodeSignedAttributes(signer.certificate, digestParts(signer.hash, slot.covered));
  const ticket: SignatureTicket = {
    version: 1,
    document: sha256(pdf),
    revision: slot.bytes.toString('base64', pdf.length),
    byteRange: slot.byteRange,
    certificates: [signer.certificate, ...signer.chain].map(({ der }) => der.toString('base64')),
    algorithm: signer.algorithm,
    hash: signer.hash,
  };
  return { ticket, toSign, digest: createHash(signer.hash).update(toSign).digest() };
}

/**
 * Second half: puts the signature value into the file, hours later if need be.
 *
 * @throws PadesError 'prepared-file-changed' when `pdf` or the ticket is not as it was; 'signature-does-not-match' when
 * the value is not that of the signer over what was prepared
 */
export async function completeSignature(
  pdf: Buffer,
  ticket: SignatureTicket,
  signature: Buffer,
  timestamps?: TimestampSource,
): Promise<Buffer> {
  if (sha256(pdf) !== ticket.document)
    throw new PadesError('prepared-file-changed', 'the file is not the one that was prepared');
  const slot = reopen(pdf, ticket);
  const [certificate, ...chain] = ticket.certificates.map((der) => Certificate.fromDer(Buffer.from(der, 'base64')));
  if (!certificate) throw new PadesError('prepared-file-changed', 'the ticket names no certificate');
  const signer: CmsSigner = { certificate, chain, algorithm: ticket.algorithm, hash: ticket.hash };
  const signed = encodeSignedAttributes(certificate, digestParts(ticket.hash, slot.covered));
  try {
    const token = timestamps && (await timestamps.timestamp(signature));
    return slot.fill(completeSignedData(signer, signed, signature, token));
  } catch (error) {
    if (!(error instanceof PkiError) || error.code !== 'SIGNATURE_VALUE_INVALID') throw error;
    throw new PadesError('signature-does-not-match', 'the value is not a signature of this signer over this file');
  }
}

/** The gap must lie in what is appended, and the range must end with it. Whatever else was altered changes the digest. */
function reopen(pdf: Buffer, { revision, byteRange }: SignatureTicket): SignatureSlot {
  const bytes = Buffer.concat([pdf, Buffer.from(revision, 'base64')]);
  const [, gapStart, gapEnd, rest] = byteRange;
  if (gapStart < pdf.length || gapEnd <= gapStart || gapEnd + rest !== bytes.length) {
    throw new PadesError('prepared-file-changed', 'the ticket was altered');
  }
  return SignatureSlot.reopen(bytes, byteRange);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
