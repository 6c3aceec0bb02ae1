import {
  type Certificate,
  CertificateValidator,
  PkiError,
  type RevocationMaterial,
  type RevocationSource,
  trustPolicy,
  type TrustPolicy,
} from '@axis/pki';

import { PadesError } from '../errors';
import { formFields, type FormField } from '../form';
import { certification } from '../permissions';
import { PdfFile, PdfRef } from '../syntax';
import { CertificateJudge, type Moment } from './certificate-judge';
import { evidenceInFile } from './evidence-in-file';
import { judgeDocumentTimestamp, judgeSignature, type Judged, type Occasion } from './judge-signature';
import { type OwnReasonCode, type Reason, reason } from './reasons';
import { type SignatureReport, type ValidationReport, type Verdict, worst } from './report';
import { locateSignature, type SignedRevision } from './signed-revision';

export interface ValidationOptions {
  /**
   * Whom to trust: a validator with a policy of its own, whose cached paths make the next file faster; or only the
   * anchors, for the axis' default policy; or `none` to check the cryptography alone, which the report says.
   */
  readonly trust: readonly Certificate[] | CertificateValidator | 'none';
  /** With bare anchors: `required` unless said, so that an unknown revocation status is INDETERMINATE / TRY_LATER. */
  readonly revocation?: TrustPolicy['revocation'];
  /** The moment to judge at; now unless said. */
  readonly at?: Date;
  /** Lists and answers the caller has, besides those in the file. */
  readonly material?: RevocationMaterial;
  /** Asked for what is missing. Without one nothing goes over the network. */
  readonly source?: RevocationSource;
}

/** Each costs a reading of the whole file, so a file may not ask for any number of them. */
const MAX_SIGNATURES = 256;

const FORMAT_FAILURE: Verdict = { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' };
const PASSED: Verdict = { indication: 'TOTAL-PASSED' };

/**
 * Validates every signature of a PDF (ETSI EN 319 102-1, ETSI EN 319 142-1). Never throws for what the file holds: an
 * unreadable or unsigned file is a report as well.
 */
export async function validatePdf(pdf: Buffer, options: ValidationOptions): Promise<ValidationReport> {
  try {
    return await validate(PdfFile.open(pdf), options);
  } catch (error) {
    if (!(error instanceof PadesError)) throw error;
    return { status: 'unreadable', ...FORMAT_FAILURE, signatures: [], problems: [unreadable(error)] };
  }
}

async function validate(file: PdfFile, options: ValidationOptions): Promise<ValidationReport> {
  const { located, judged } = await examine(file, options);
  if (judged.length === 0) {
    const verdict = { indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' } as const;
    return { status: 'unsigned', ...verdict, signatures: [], problems: [reason('unsigned')] };
  }
  const signatures = judged.map(({ report }) => report);
  const problems = fileProblems(file, located);
  const { indication, subIndication } = worst(problems.length > 0 ? FORMAT_FAILURE : PASSED, ...decisive(signatures));
  return { status: 'validated', indication, ...(subIndication && { subIndication }), signatures, problems };
}

/** A document timestamp that cannot be determined proves nothing, and takes nothing from the signatures it covers. */
function decisive(reports: readonly SignatureReport[]): readonly SignatureReport[] {
  const telling = reports.filter(({ kind, indication }) => kind === 'signature' || indication === 'TOTAL-FAILED');
  return telling.length > 0 ? telling : reports;
}

/** Every signature of the file, in the order in which they were made, judged. */
export async function examine(file: PdfFile, options: ValidationOptions) {
  const fields = formFields(file).filter((field) => field.type === 'Sig' && field.value !== undefined);
  if (fields.length > MAX_SIGNATURES) throw new PadesError('too-complex', `${fields.length} signatures`);
  const located = fields.map((field): LocatedField => ({ field, signed: locate(file, fields, field) }));
  located.sort((a, b) => endOf(a.signed) - endOf(b.signed));
  return { located, judged: await judgeAll(file, located, options) };
}

interface LocatedField {
  readonly field: FormField;
  readonly signed: SignedRevision | Reason;
}

/**
 * From the newest to the oldest: a valid document timestamp proves that all before it existed at its time, so what it
 * covers is judged by that time and no longer by now (ETSI EN 319 102-1 §5.6).
 */
async function judgeAll(
  file: PdfFile,
  located: readonly LocatedField[],
  options: ValidationOptions,
): Promise<Judged[]> {
  const at = options.at ?? new Date();
  const found = evidenceInFile(file);
  const { crls = [], ocspResponses = [] } = options.material ?? {};
  const material = {
    crls: [...found.material.crls, ...crls],
    ocspResponses: [...found.material.ocspResponses, ...ocspResponses],
  };
  const judge = new CertificateJudge(validatorOf(options), options.source, at, { ...found, material });
  const judged: Judged[] = [];
  let moment: Moment = { time: at, proven: false };
  let stampedRevision: PdfFile | undefined;
  for (const { field, signed } of located.toReversed()) {
    if (isReason(signed)) {
      judged.unshift(unplaced(field.name, signed));
      continue;
    }
    const one = await judgeOne({ file, field: field.name, signed, judge, moment, stampedRevision });
    judged.unshift(one);
    const { kind, indication, signingTime } = one.report;
    if (kind === 'document-timestamp' && indication === 'TOTAL-PASSED' && signingTime) {
      moment = { time: signingTime, proven: true };
      stampedRevision ??= signed.revision;
    }
  }
  return judged;
}

async function judgeOne(occasion: Occasion): Promise<Judged> {
  const isTimestamp = occasion.signed.subFilter === 'ETSI.RFC3161';
  try {
    return await (isTimestamp ? judgeDocumentTimestamp(occasion) : judgeSignature(occasion));
  } catch (error) {
    // Names and extensions of certificates are decoded as they are needed, and may turn out not to decode.
    if (error instanceof PkiError) return unplaced(occasion.field, reason('cms-malformed', error.message));
    throw error;
  }
}

function unplaced(field: string, why: Reason): Judged {
  const lost = { coversWholeDocument: false, laterChanges: 'forbidden', timestamped: false } as const;
  return { report: { field, kind: 'signature', ...FORMAT_FAILURE, ...lost, reasons: [why] }, paths: [] };
}

/** The validators made for bare lists of anchors, so that a second file finds the certificate paths of the first. */
const validators = new WeakMap<readonly Certificate[], Map<TrustPolicy['revocation'], CertificateValidator>>();

function validatorOf({ trust, revocation = 'required' }: ValidationOptions): CertificateValidator | undefined {
  if (trust === 'none') return undefined;
  if (trust instanceof CertificateValidator) return trust;
  const known = validators.get(trust) ?? new Map<TrustPolicy['revocation'], CertificateValidator>();
  validators.set(trust, known);
  const validator = known.get(revocation) ?? new CertificateValidator(trustPolicy(trust, { revocation }));
  known.set(revocation, validator);
  return validator;
}

function unreadable({ code, message }: PadesError): Reason {
  const known: readonly OwnReasonCode[] = ['not-a-pdf', 'damaged', 'too-complex', 'encrypted'];
  return reason(known.find((one) => one === code) ?? 'damaged', message);
}

function locate(file: PdfFile, fields: readonly FormField[], field: FormField): SignedRevision | Reason {
  if (fields.some((other) => other !== field && sameValueRef(other, field))) return reason('signature-shared');
  try {
    const located = locateSignature(file, field);
    return located.ok ? located.signed : located.reason;
  } catch (error) {
    if (error instanceof PadesError) return unreadable(error);
    throw error;
  }
}

function sameValueRef(a: FormField, b: FormField): boolean {
  return a.value instanceof PdfRef && b.value instanceof PdfRef && a.value.number === b.value.number;
}

function isReason(signed: SignedRevision | Reason): signed is Reason {
  return 'code' in signed;
}

/** Signatures that cannot be placed come last. */
function endOf(signed: SignedRevision | Reason): number {
  return isReason(signed) ? Infinity : signed.revision.bytes.length;
}

/** What no single signature can tell: whether the certification the file names is one of them. */
function fileProblems(file: PdfFile, located: readonly LocatedField[]): Reason[] {
  const named = certification(file)?.ref.number;
  const real = located.some(({ signed }) => !isReason(signed) && signed.ref.number === named);
  return named === undefined || real ? [] : [reason('certification-broken')];
}
