import {
  type Certificate,
  digestParts,
  parseTimestampToken,
  PkiError,
  type TimestampToken,
  verifyTimestampToken,
} from '@axis/pki';

import type { CertificateJudge, CertificateJudgement, Moment } from './certificate-judge';
import { type Reason, reason } from './reasons';
import type { Verdict } from './report';

/** An authority's clock may be this far ahead of ours, in milliseconds. */
const CLOCK_SKEW = 60_000;

export interface TimestampFinding {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly time?: Date;
  readonly certificate?: Certificate;
  readonly judgement?: CertificateJudgement;
}

/**
 * Judges an RFC 3161 token over `stamped` (its pieces, in order): is it what it says, and was its authority good at
 * `moment`, when the token is known to have existed?
 */
export async function judgeTimestamp(
  der: Buffer,
  stamped: Iterable<Buffer>,
  judge: CertificateJudge,
  moment: Moment,
): Promise<TimestampFinding> {
  let token: TimestampToken;
  try {
    token = parseTimestampToken(der);
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return failed('FORMAT_FAILURE', reason('timestamp-invalid', error.message));
  }
  const digest = digestParts(token.info.hash, stamped);
  const verified = verifyTimestampToken(token, { digest }, judge.certificates);
  if (!verified.valid) {
    const subIndication = verified.code === 'IMPRINT_MISMATCH' ? 'HASH_FAILURE' : 'SIG_CRYPTO_FAILURE';
    return failed(subIndication, reason('timestamp-invalid', verified.code));
  }
  const { certificate } = verified;
  const { time } = token.info;
  const [signerInfo] = token.signedData.signerInfos;
  if (!signerInfo) return failed('FORMAT_FAILURE', reason('timestamp-invalid'));
  if (time.getTime() > moment.time.getTime() + (moment.proven ? 0 : CLOCK_SKEW)) {
    const verdict = { indication: 'INDETERMINATE', subIndication: 'TIMESTAMP_ORDER_FAILURE' } as const;
    return { verdict, reasons: [reason('timestamp-order', time.toISOString())], time, certificate };
  }
  const judgement = await judge.judge(certificate, token.signedData, signerInfo, 'timestamping', moment);
  return { verdict: judgement.verdict, reasons: judgement.reasons, time, certificate, judgement };
}

function failed(
  subIndication: 'FORMAT_FAILURE' | 'HASH_FAILURE' | 'SIG_CRYPTO_FAILURE',
  why: Reason,
): TimestampFinding {
  return { verdict: { indication: 'TOTAL-FAILED', subIndication }, reasons: [why] };
}
