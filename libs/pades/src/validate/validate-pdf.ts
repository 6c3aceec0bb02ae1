import type { Certificate } from '@axis/pki';

import { laterChanges, type LaterChanges } from '../changes/later-changes';
import { PadesError } from '../errors';
import { formFields, type FormField } from '../form';
import { certification, type Permissions, permissionsOf } from '../permissions';
import { PdfFile, PdfRef, PdfString, readDate } from '../syntax';
import { checkTrust } from './certificate-trust';
import { type Reason, type ReasonCode, reason } from './reasons';
import { type SignatureReport, type ValidationReport, type Verdict, worst } from './report';
import { locateSignature, type SignedRevision } from './signed-revision';
import { verifyCryptography } from './verify-signature';

export interface ValidationOptions {
  /** Trust anchors. */
  readonly trust: readonly Certificate[];
  /** The moment to judge at; now unless said. */
  readonly at?: Date;
}

const FORMAT_FAILURE: Verdict = { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' };
const PASSED: Verdict = { indication: 'TOTAL-PASSED' };

/**
 * Validates every signature of a PDF (ETSI EN 319 102-1, ETSI EN 319 142-1). Never throws for what the file holds: an
 * unreadable or unsigned file is a report as well.
 */
export function validatePdf(pdf: Buffer, options: ValidationOptions): Promise<ValidationReport> {
  return Promise.resolve(validate(pdf, options));
}

function validate(pdf: Buffer, options: ValidationOptions): ValidationReport {
  let file: PdfFile;
  let fields: FormField[];
  try {
    file = PdfFile.open(pdf);
    fields = formFields(file).filter((field) => field.type === 'Sig' && field.value !== undefined);
  } catch (error) {
    return unreadable(error);
  }
  if (fields.length === 0) {
    const problems = [reason('unsigned')];
    return {
      status: 'unsigned',
      indication: 'INDETERMINATE',
      subIndication: 'SIGNED_DATA_NOT_FOUND',
      signatures: [],
      problems,
    };
  }
  const located = fields.map((field) => ({ field, signed: locateSafely(file, fields, field) }));
  located.sort((a, b) => endOf(a.signed) - endOf(b.signed));
  const signatures = located.map(({ field, signed }) => validateSignature(file, field, signed, options));
  const problems = fileProblems(
    file,
    located.map(({ signed }) => signed),
  );
  const verdict = worst(problems.length > 0 ? FORMAT_FAILURE : PASSED, ...signatures);
  return { status: 'validated', ...verdictOf(verdict), signatures, problems };
}

function verdictOf({ indication, subIndication }: Verdict): Verdict {
  return subIndication ? { indication, subIndication } : { indication };
}

function unreadable(error: unknown): ValidationReport {
  if (!(error instanceof PadesError)) throw error;
  return { status: 'unreadable', ...FORMAT_FAILURE, signatures: [], problems: [unreadableReason(error)] };
}

function unreadableReason({ code, message }: PadesError): Reason {
  const known: readonly ReasonCode[] = ['not-a-pdf', 'damaged', 'too-complex', 'encrypted'];
  return reason(known.find((one) => one === code) ?? 'damaged', message);
}

function locateSafely(file: PdfFile, fields: readonly FormField[], field: FormField): SignedRevision | Reason {
  const shared = fields.some((other) => other !== field && sameRef(other, field));
  if (shared) return reason('signature-shared');
  try {
    const located = locateSignature(file, field);
    return located.ok ? located.signed : located.reason;
  } catch (error) {
    if (error instanceof PadesError) return unreadableReason(error);
    throw error;
  }
}

function sameRef(a: FormField, b: FormField): boolean {
  return a.value instanceof PdfRef && b.value instanceof PdfRef && a.value.number === b.value.number;
}

function isReason(signed: SignedRevision | Reason): signed is Reason {
  return 'code' in signed;
}

/** Signatures that cannot be placed come last. */
function endOf(signed: SignedRevision | Reason): number {
  return isReason(signed) ? Infinity : signed.revision.bytes.length;
}

/** What no single signature can tell: whether the last of them covers the file, and whether a certification is real. */
function fileProblems(file: PdfFile, located: readonly (SignedRevision | Reason)[]): Reason[] {
  const signed = located.filter((one): one is SignedRevision => !isReason(one));
  const problems: Reason[] = [];
  const perms = certification(file);
  if (perms && !signed.some(({ ref }) => ref.number === perms.ref.number))
    problems.push(reason('certification-broken'));
  return problems;
}

function validateSignature(
  file: PdfFile,
  field: FormField,
  signed: SignedRevision | Reason,
  options: ValidationOptions,
): SignatureReport {
  const base = { field: field.name, kind: 'signature' as const, timestamped: false };
  if (isReason(signed)) {
    return { ...base, ...FORMAT_FAILURE, coversWholeDocument: false, laterChanges: 'forbidden', reasons: [signed] };
  }
  const changes = compare(file, signed);
  const crypto = verifyCryptography(signed);
  const certificate = crypto.certificate;
  const signer = certificate?.subject.first('CN');
  const signingTime = claimedTime(signed);
  const later: Verdict = changes.verdict === 'forbidden' ? FORMAT_FAILURE : PASSED;
  const trust = crypto.ok
    ? checkTrust(crypto.certificate, crypto.signedData.certificates, options.trust, options.at ?? new Date())
    : { verdict: crypto.verdict, reasons: [crypto.reason] };
  const verdict = worst(later, trust.verdict);
  return {
    ...base,
    ...verdictOf(verdict),
    ...(signer !== undefined && { signer }),
    ...(certificate && { certificate }),
    ...(signingTime && { signingTime }),
    level: signed.subFilter === 'ETSI.CAdES.detached' ? 'B-B' : 'CMS',
    coversWholeDocument: signed.revision.bytes.length === file.bytes.length,
    laterChanges: changes.verdict,
    reasons: [...trust.reasons, ...changes.reasons],
  };
}

function claimedTime({ dict }: SignedRevision): Date | undefined {
  const value = dict.get('M');
  return value instanceof PdfString ? readDate(value) : undefined;
}

/** The certification binds every signature; the locks of a signature bind what follows it. */
function compare(file: PdfFile, signed: SignedRevision): LaterChanges {
  const level = certification(file)?.level;
  const own = permissionsOf(signed.revision, signed.dict);
  const permissions: Permissions = { fieldLocks: own.fieldLocks, ...(level && { docMdp: level }) };
  return laterChanges(signed.revision, file, permissions);
}
