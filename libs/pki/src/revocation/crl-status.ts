import { Certificate, RevocationReasons, allReasons } from '../certificate';
import { Crl } from './crl';
import { CrlEntry, removeFromCrl } from './crl-entries';
import { distributionPointsOf, scopeOf } from './crl-scope';
import { RevocationStatus, RevocationTimes, coversTime, validUntil } from './revocation-status';

export interface CrlContext {
  readonly times: RevocationTimes;
  /** The certificate that signed `crl` and may: its path ends in the same trust anchor. Undefined: nobody known. */
  findSigner(crl: Crl): Certificate | undefined;
}

/** Whether CRLs show `certificate` revoked: RFC 5280 §6.3.3. */
export function crlStatus(certificate: Certificate, crls: readonly Crl[], context: CrlContext): RevocationStatus {
  const { times } = context;
  const newestFirst = crls
    .filter((crl) => coversTime(crl, certificate, crl.keepsExpiredSince, times))
    .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
  const covered = new Set<number>();
  const used = new Map<Crl, Certificate>();
  let until = Infinity;
  for (const point of distributionPointsOf(certificate)) {
    for (const complete of newestFirst) {
      if (complete.isDelta) continue;
      const scope = scopeOf(complete, certificate, point);
      if (!scope || !addsTo(covered, scope)) continue;
      const signer = usableSigner(complete, context);
      if (!signer) continue;
      const delta = newestFirst.find((other) => updates(other, complete) && usableSigner(other, context));
      const entry = findEntry(complete, delta, certificate);
      for (const list of delta ? [complete, delta] : [complete]) used.set(list, signer);
      if (entry && entry.revokedAt <= times.at) return { status: 'revoked', ...entry, evidence: evidenceOf(used) };
      scope.forEach((reason) => covered.add(reason));
      until = Math.min(
        until,
        validUntil(delta ?? complete, times).getTime(),
        (entry?.revokedAt.getTime() ?? Infinity) - 1,
      );
      if (!addsTo(covered, allReasons)) {
        return { status: 'good', evidence: evidenceOf(used), until: new Date(until) };
      }
    }
  }
  return { status: 'unknown', detail: covered.size > 0 ? 'CRLs cover only some reasons' : 'no usable CRL' };
}

const addsTo = (covered: RevocationReasons, scope: RevocationReasons): boolean =>
  [...scope].some((reason) => !covered.has(reason));

const usableSigner = (crl: Crl, context: CrlContext): Certificate | undefined =>
  crl.isUnderstood ? context.findSigner(crl) : undefined;

/** RFC 5280 §5.2.4, §6.3.3 (c): the same scope, and based on this list or an earlier one. */
const updates = (delta: Crl, complete: Crl): boolean =>
  delta.baseNumber !== undefined &&
  delta.number !== undefined &&
  complete.number !== undefined &&
  delta.scope === complete.scope &&
  delta.issuer.equals(complete.issuer) &&
  delta.baseNumber <= complete.number &&
  complete.number <= delta.number;

/** RFC 5280 §6.3.3 (i) to (k): the delta's word goes before the complete list's. */
function findEntry(complete: Crl, delta: Crl | undefined, certificate: Certificate): CrlEntry | undefined {
  const entry =
    delta?.find(certificate.serial, certificate.issuer) ?? complete.find(certificate.serial, certificate.issuer);
  return entry?.reason === removeFromCrl ? undefined : entry;
}

const evidenceOf = (used: ReadonlyMap<Crl, Certificate>) => ({
  crls: [...used.keys()],
  ocspResponses: [],
  certificates: [...new Set(used.values())],
});
