import { PadesError } from '../errors';
import { formFields, type FormField } from '../form';
import type { ByteRange } from '../sign/signature-slot';
import { isArray, PdfDict, type PdfFile, PdfRef, PdfString, type PdfValue, readIndirect } from '../syntax';
import { type Reason, reason } from './reasons';

/** A signature whose place in the file is beyond doubt: what it covers, and the file as it was when signed. */
export interface SignedRevision {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  readonly subFilter: string;
  readonly byteRange: ByteRange;
  /** The DER, and the zeros after it. */
  readonly contents: Buffer;
  readonly covered: readonly [Buffer, Buffer];
  /** The file up to the end of the signed revision. */
  readonly revision: PdfFile;
}

/** PAdES, the older detached PKCS#7 form, and document timestamps; the forms with SHA-1 inside are history. */
const SUPPORTED: ReadonlySet<string> = new Set(['ETSI.CAdES.detached', 'adbe.pkcs7.detached', 'ETSI.RFC3161']);

export type Located =
  { readonly ok: true; readonly signed: SignedRevision } | { readonly ok: false; readonly reason: Reason };

const fail = (problem: Reason): Located => ({ ok: false, reason: problem });

/**
 * Finds what a signature field's value covers. Everything is taken from the object the cross-reference names, and each
 * check below refuses one way in which a file can show one signature and verify another.
 */
export function locateSignature(file: PdfFile, field: FormField): Located {
  const ref = field.value;
  const entry = ref instanceof PdfRef ? file.entry(ref.number) : undefined;
  // A signature inside an object stream, or without an object of its own, has no bytes to be left out of the range.
  if (!(ref instanceof PdfRef) || entry?.kind !== 'plain') return fail(reason('signature-dictionary-missing'));
  const object = readIndirect(file.bytes, entry.offset, () => null);
  const dict = object.value;
  if (object.number !== ref.number || entry.generation !== ref.generation || !(dict instanceof PdfDict)) {
    return fail(reason('signature-dictionary-missing'));
  }
  const subFilter = dict.name('SubFilter');
  if (subFilter === undefined || !SUPPORTED.has(subFilter)) return fail(reason('unsupported-format', subFilter));

  const byteRange = readByteRange(dict.get('ByteRange'));
  if (!byteRange) return fail(reason('byte-range-malformed'));
  const [, gapStart, gapEnd, rest] = byteRange;
  const contents = dict.get('Contents');
  if (!(contents instanceof PdfString) || !contents.hex || contents.bytes.length === 0) {
    return fail(reason('contents-malformed'));
  }
  if (contents.start !== gapStart || contents.end !== gapEnd || contents.bytes.length * 2 + 2 !== gapEnd - gapStart) {
    return fail(reason('byte-range-gap'));
  }
  const end = gapEnd + rest;
  if (end > file.bytes.length || end < object.end) return fail(reason('byte-range-end'));
  const revision = openRevision(file, end);
  if (!revision) return fail(reason('byte-range-end'));
  const inside = checkMembership(revision, ref, entry.offset, field);
  if (inside) return fail(inside);
  const covered = [file.bytes.subarray(0, gapStart), file.bytes.subarray(gapEnd, end)] as const;
  return { ok: true, signed: { ref, dict, subFilter, byteRange, contents: contents.bytes, covered, revision } };
}

/** Exactly four direct integers from 0, in order. */
function readByteRange(value: PdfValue | undefined): ByteRange | undefined {
  if (!isArray(value) || value.length !== 4) return undefined;
  const [start, before, after, rest] = value;
  for (const number of value)
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) return undefined;
  const [gapStart, gapEnd, length] = [before as number, after as number, rest as number];
  return start === 0 && gapStart > 0 && gapEnd > gapStart && length > 0 ? [0, gapStart, gapEnd, length] : undefined;
}

/**
 * The file as it was when `end` was its last byte. It must be a whole file by itself, ending at its `%%EOF` and line
 * end, and its newest cross-reference must be one that today's file still leads back to.
 */
function openRevision(file: PdfFile, end: number): PdfFile | undefined {
  let revision: PdfFile;
  try {
    revision = end === file.bytes.length ? file : file.revision(end);
  } catch (error) {
    if (error instanceof PadesError) return undefined;
    throw error;
  }
  const newest = revision.sections[0]?.offset;
  if (revision.end !== end || !file.sections.some((section) => section.offset === newest)) return undefined;
  return revision;
}

/** The revision itself must have the signature, at the same place, as the value of the same field. */
function checkMembership(revision: PdfFile, ref: PdfRef, offset: number, field: FormField): Reason | undefined {
  const entry = revision.entry(ref.number);
  if (entry?.kind !== 'plain' || entry.offset !== offset) return reason('signature-not-in-revision');
  const original = formFields(revision).find(
    ({ name, ref: at }) => name === field.name && at?.number === field.ref?.number,
  );
  const value = original?.value;
  if (original?.type !== 'Sig' || !(value instanceof PdfRef) || value.number !== ref.number) {
    return reason('signature-not-in-revision');
  }
  return undefined;
}
