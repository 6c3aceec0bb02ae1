import { assertMaySign, buildSignedData, digestParts, longestSignedData, type SigningKey } from '@axis/pki';

import { drawLook } from '../appearance/appearance';
import type { SignatureLook } from '../appearance/look';
import { PadesError } from '../errors';
import { certification, type DocMdp, fieldLock } from '../permissions';
import { dateString, Increment, PdfDict, PdfFile, PdfName, PdfRef, textString, type PdfValue } from '../syntax';
import { placeSignature, targetField, type TargetField } from './field';
import { SignatureSlot } from './signature-slot';

/** What is said about a signature besides who made it. */
export interface SignatureClaims {
  /** Goes into /M, the place PAdES gives it (ETSI EN 319 142-1 §6.3): the signer's own claim. */
  readonly signingTime: Date;
  /** An empty signature field of the file, or the name of the one to be made; `Signature1`, … unless said. */
  readonly fieldName?: string;
  readonly reason?: string;
  readonly location?: string;
  readonly contactInfo?: string;
  /** Certifies the file, which only its first signature can: what may follow (1 nothing, 2 forms and signatures). */
  readonly certify?: DocMdp;
  /** How it shows on the page; without one it is invisible. */
  readonly look?: SignatureLook;
}

/** Has something stamped by a time-stamping authority: the DER of an RFC 3161 token over `data`. */
export interface TimestampSource {
  timestamp(data: Uint8Array): Promise<Buffer>;
}

export interface SignOptions extends SignatureClaims {
  readonly key: SigningKey;
  /** Raises the signature to level B-T. */
  readonly timestamps?: TimestampSource;
}

/** Octets kept free for a token: those of authorities that send their whole chain along take about half of it. */
export const TOKEN_ROOM = 12 * 1024;

/**
 * Signs a PDF at PAdES level B-B, or B-T when timestamps are to be had. Every byte of `pdf` stays as it was, so earlier
 * signatures stay whole.
 *
 * @throws PadesError 'not-a-pdf', 'damaged', 'too-complex', 'encrypted', 'no-changes-allowed', 'field-not-usable'
 * @throws PkiError 'CERTIFICATE_EXPIRED', 'CERTIFICATE_NOT_YET_VALID', 'KEY_USAGE_REFUSED'; of the key itself; and of the time-stamping authority (`HTTP_*`, `TIMESTAMP_*`): nothing is signed halfway
 */
export async function signPdf(pdf: Buffer, options: SignOptions): Promise<Buffer> {
  const { key, timestamps } = options;
  assertMaySign(key, new Date());
  const slot = await openSlot(pdf, options, longestSignedData(key, timestamps ? TOKEN_ROOM : 0));
  const signature = await buildSignedData({
    key,
    messageDigest: digestParts(key.hash, slot.covered),
    ...(timestamps && { timestamp: (value) => timestamps.timestamp(value) }),
  });
  return slot.fill(signature);
}

/** Writes the revision that will hold the signature, with `room` octets for its value. */
export async function openSlot(pdf: Buffer, claims: SignatureClaims, room: number): Promise<SignatureSlot> {
  const file = openForSigning(pdf);
  const look = claims.look && (await drawLook(claims.look, claims.signingTime));
  const increment = new Increment(file);
  const target = targetField(increment, claims.fieldName);
  const ref = increment.reserve();
  if (claims.certify) certify(increment, ref);
  placeSignature(increment, target, ref, look?.write(increment));
  return SignatureSlot.write(increment, ref, signatureDictionary(file, claims, target), room);
}

/** A file that may take another signature. */
export function openForSigning(pdf: Buffer): PdfFile {
  const file = PdfFile.open(pdf);
  if (certification(file)?.level === 1) {
    throw new PadesError(
      'no-changes-allowed',
      'the file is certified: nothing may be added to it, not even a signature',
    );
  }
  return file;
}

function signatureDictionary(file: PdfFile, claims: SignatureClaims, target: TargetField): PdfDict {
  const { signingTime, reason, location, contactInfo } = claims;
  const text = (value: string | undefined): PdfValue | undefined =>
    value === undefined ? undefined : textString(value);
  const references = [...docMdpReference(claims.certify), ...lockReference(file, target)];
  return PdfDict.of({
    Type: new PdfName('Sig'),
    Filter: new PdfName('Adobe.PPKLite'),
    SubFilter: new PdfName('ETSI.CAdES.detached'),
    M: dateString(signingTime),
    Reason: text(reason),
    Location: text(location),
    ContactInfo: text(contactInfo),
    Reference: references.length > 0 ? references : undefined,
  });
}

function signatureReference(method: string, parameters: PdfDict): PdfDict {
  return PdfDict.of({
    Type: new PdfName('SigRef'),
    TransformMethod: new PdfName(method),
    TransformParams: parameters.with({ Type: new PdfName('TransformParams'), V: new PdfName('1.2') }),
  });
}

function docMdpReference(level: DocMdp | undefined): PdfDict[] {
  return level === undefined ? [] : [signatureReference('DocMDP', PdfDict.of({ P: level }))];
}

/** A field's /Lock takes effect through the signature's own FieldMDP (ISO 32000-2 §12.7.5.5). */
function lockReference(file: PdfFile, target: TargetField): PdfDict[] {
  const lock = file.dict(target.existing?.dict.get('Lock'));
  if (!lock) return [];
  const { action, fields } = fieldLock(file, lock);
  const parameters = PdfDict.of({
    Action: new PdfName(action),
    Fields: action === 'All' ? undefined : fields.map(textString),
  });
  return [signatureReference('FieldMDP', parameters)];
}

/** ISO 32000-2 §12.8.2.2.1: there is one certification, and it comes before every other signature. */
function certify(increment: Increment, ref: PdfRef): void {
  const { file } = increment;
  const { catalog, catalogRef } = file;
  const flags = file.dict(catalog.get('AcroForm'))?.get('SigFlags');
  if (catalog.get('Perms') !== undefined || (typeof flags === 'number' && (flags & 1) === 1)) {
    throw new PadesError('no-changes-allowed', 'the file has a signature already, so it can no longer be certified');
  }
  increment.set(catalogRef, catalog.with({ Perms: PdfDict.of({ DocMDP: ref }) }));
}
