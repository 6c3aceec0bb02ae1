import { type Certificate, orderChain } from '@axis/pki';

import { type Reason, reason } from './reasons';
import type { Verdict } from './report';

export interface Trust {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/** Whether the certificate leads to one of the anchors and it and its issuers were valid at `at`. */
export function checkTrust(
  certificate: Certificate,
  known: readonly Certificate[],
  anchors: readonly Certificate[],
  at: Date,
): Trust {
  const issuers = orderChain(certificate, [...anchors, ...known]);
  const path = [certificate, ...issuers];
  const end = path.findIndex((one) => anchors.some((anchor) => anchor.equals(one)));
  if (end < 0 || !issuers.slice(0, end).every((issuer) => issuer.isAuthority)) {
    return indeterminate('NO_CERTIFICATE_CHAIN_FOUND', reason('not-trusted'));
  }
  for (const one of path.slice(0, end + 1)) {
    const name = one.subject.first('CN') ?? one.subject.toString();
    if (at < one.notBefore) return indeterminate('OUT_OF_BOUNDS_NO_POE', reason('certificate-not-yet-valid', name));
    if (at > one.notAfter) return indeterminate('OUT_OF_BOUNDS_NO_POE', reason('certificate-expired', name));
  }
  return { verdict: { indication: 'TOTAL-PASSED' }, reasons: [] };
}

function indeterminate(subIndication: NonNullable<Verdict['subIndication']>, ...reasons: Reason[]): Trust {
  return { verdict: { indication: 'INDETERMINATE', subIndication }, reasons };
}
