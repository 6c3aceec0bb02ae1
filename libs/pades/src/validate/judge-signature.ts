import type { CertificateVerdict } from '@axis/pki';

import { laterChanges, type LaterChanges } from '../changes/later-changes';
import { certification, type Permissions, permissionsOf } from '../permissions';
import { type PdfFile, PdfString, readDate } from '../syntax';
import type { CertificateJudge, CertificateJudgement, Moment } from './certificate-judge';
import { levelOf } from './level';
import { type Reason, reason } from './reasons';
import { type SignatureReport, type Verdict, worst } from './report';
import type { SignedRevision } from './signed-revision';
import { judgeTimestamp, type TimestampFinding } from './timestamp';
import { verifyCryptography } from './verify-signature';

/** One signature, and what is known when its turn comes. */
export interface Occasion {
  readonly file: PdfFile;
  readonly field: string;
  readonly signed: SignedRevision;
  readonly judge: CertificateJudge;
  /** When it is known to have existed: now, or the time of a document timestamp that covers it. */
  readonly moment: Moment;
  /** The revision of the newest valid document timestamp, if that covers it. */
  readonly stampedRevision: PdfFile | undefined;
}

const PASSED: Verdict = { indication: 'TOTAL-PASSED' };
const FORBIDDEN: Verdict = { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' };

/** The report, and the certificate paths it rests on. */
export interface Judged {
  readonly report: SignatureReport;
  readonly paths: readonly CertificateVerdict[];
}

/** Judges the signature of a person or an agency: what was signed, what came later, when, and by whom. */
export async function judgeSignature(occasion: Occasion): Promise<Judged> {
  const { file, signed, judge, stampedRevision } = occasion;
  const place = placeOf(occasion);
  const crypto = verifyCryptography(signed, judge.certificates);
  const claimed = claimedTime(signed);
  if (!crypto.ok) {
    const { certificate, verdict } = crypto;
    const failed = report(occasion, place, worst(verdict, place.verdict), [crypto.reason], {
      ...(certificate && { certificate, ...nameOf(certificate) }),
      ...(claimed && { signingTime: claimed }),
      timestamped: false,
    });
    return { report: failed, paths: [] };
  }
  const { signerInfo, signedData, certificate } = crypto;
  const stamps = await judgeStamps(signerInfo.signatureTimestamps, signerInfo.signature, occasion);
  const { moment } = stamps;
  const judgement = await judge.judge(certificate, signedData, signerInfo, 'signing', moment);
  const paths = pathsOf(judgement, ...stamps.judgements);
  const timestamped = moment.proven;
  const level = levelOf({ subFilter: signed.subFilter, timestamped, paths, file, stampedRevision });
  const signingTime = moment.proven ? moment.time : claimed;
  const verdict = worst(judgement.verdict, place.verdict);
  const judged = report(occasion, place, verdict, [...judgement.reasons, ...stamps.reasons], {
    certificate,
    ...nameOf(certificate),
    level,
    ...(signingTime && { signingTime }),
    timestamped,
  });
  return { report: judged, paths };
}

/** A document timestamp covers the file as a signature does, and proves when it existed. */
export async function judgeDocumentTimestamp(occasion: Occasion): Promise<Judged> {
  const { signed, judge, moment } = occasion;
  const place = placeOf(occasion);
  const finding = await judgeTimestamp(signed.contents, signed.covered, judge, moment);
  const { certificate, time } = finding;
  const judged = report(occasion, place, worst(finding.verdict, place.verdict), finding.reasons, {
    kind: 'document-timestamp',
    ...(certificate && { certificate, ...nameOf(certificate) }),
    ...(time && { signingTime: time }),
    timestamped: time !== undefined,
  });
  return { report: judged, paths: pathsOf(finding.judgement) };
}

function pathsOf(...judgements: readonly (CertificateJudgement | undefined)[]): CertificateVerdict[] {
  return judgements.flatMap((judgement) => (judgement?.certificate ? [judgement.certificate] : []));
}

interface Place {
  readonly verdict: Verdict;
  readonly changes: LaterChanges;
}

/** The certification binds every signature; the locks of a signature bind what follows it. */
function placeOf({ file, signed }: Occasion): Place {
  const docMdp = certification(file)?.level;
  const { fieldLocks } = permissionsOf(signed.revision, signed.dict);
  const permissions: Permissions = { fieldLocks, ...(docMdp && { docMdp }) };
  const changes = laterChanges(signed.revision, file, permissions);
  return { changes, verdict: changes.verdict === 'forbidden' ? FORBIDDEN : PASSED };
}

function report(
  { file, field, signed }: Occasion,
  { changes }: Place,
  { indication, subIndication }: Verdict,
  reasons: readonly Reason[],
  more: Partial<SignatureReport> & { readonly timestamped: boolean },
): SignatureReport {
  return {
    field,
    kind: 'signature',
    indication,
    ...(subIndication && { subIndication }),
    coversWholeDocument: signed.revision.bytes.length === file.bytes.length,
    laterChanges: changes.verdict,
    ...more,
    reasons: [...reasons, ...changes.reasons],
  };
}

interface Stamps {
  readonly moment: Moment;
  readonly judgements: readonly CertificateJudgement[];
  readonly reasons: readonly Reason[];
}

/** The earliest valid timestamp over the signature value tells when it was made; one that is not valid proves nothing. */
async function judgeStamps(tokens: readonly Buffer[], signature: Buffer, { judge, moment }: Occasion): Promise<Stamps> {
  const findings: TimestampFinding[] = [];
  for (const token of tokens) findings.push(await judgeTimestamp(token, [signature], judge, moment));
  const valid = findings.filter(({ verdict }) => verdict.indication === 'TOTAL-PASSED');
  const times = valid.flatMap(({ time }) => (time ? [time.getTime()] : []));
  const earliest = times.length > 0 ? { time: new Date(Math.min(...times)), proven: true } : moment;
  return {
    moment: earliest,
    judgements: valid.flatMap(({ judgement }) => (judgement ? [judgement] : [])),
    reasons:
      findings.length > valid.length ? [reason('timestamp-invalid'), ...findings.flatMap((one) => one.reasons)] : [],
  };
}

function claimedTime({ dict }: SignedRevision): Date | undefined {
  const value = dict.get('M');
  return value instanceof PdfString ? readDate(value) : undefined;
}

function nameOf(certificate: NonNullable<SignatureReport['certificate']>): { signer?: string } {
  const signer = certificate.subject.first('CN');
  return signer === undefined ? {} : { signer };
}
