import { Certificate } from '../certificate';
import { Crl } from './crl';
import { OcspResponse } from './ocsp-response';

/** Lists and responses to judge by, from wherever they came. */
export interface RevocationMaterial {
  readonly crls: readonly Crl[];
  readonly ocspResponses: readonly OcspResponse[];
}

/** What an answer rests on: enough to give the same answer again, offline, years later. */
export interface RevocationEvidence extends RevocationMaterial {
  /** Certificates of those who signed lists and responses, where they are not the issuer itself. */
  readonly certificates: readonly Certificate[];
}

/** Whether a certificate was revoked at the time asked about. */
export type RevocationStatus =
  | { readonly status: 'good'; readonly evidence: RevocationEvidence; readonly until: Date }
  | {
      readonly status: 'revoked';
      readonly revokedAt: Date;
      /** As numbered in RFC 5280 §5.3.1. */
      readonly reason: number;
      readonly evidence: RevocationEvidence;
    }
  | { readonly status: 'unknown'; readonly detail: string };

/** The times an answer is judged by. */
export interface RevocationTimes {
  /** When the certificate was used. */
  readonly at: Date;
  /** When it is asked about: nothing published later can be known. */
  readonly now: Date;
  /** How long an answer that names no next update is taken to hold, in milliseconds. */
  readonly maximumAge: number;
}

/**
 * Whether an answer published at `thisUpdate` speaks about `at`: it does until its next update. One published after `at`
 * speaks too, unless the certificate had expired by then and so may have been dropped from the list.
 */
export function coversTime(
  answer: { thisUpdate: Date; nextUpdate: Date | undefined },
  certificate: Certificate,
  keepsExpiredSince: Date | undefined,
  times: RevocationTimes,
): boolean {
  if (answer.thisUpdate > times.now || validUntil(answer, times) < times.at) return false;
  return answer.thisUpdate <= certificate.notAfter || (keepsExpiredSince ?? answer.thisUpdate) <= certificate.notAfter;
}

export const validUntil = (answer: { thisUpdate: Date; nextUpdate: Date | undefined }, times: RevocationTimes): Date =>
  answer.nextUpdate ?? new Date(answer.thisUpdate.getTime() + times.maximumAge);
