import {
  Certificate,
  CrlDistributionPoint,
  DistributionPointName,
  GeneralName,
  Name,
  RevocationReasons,
  allReasons,
} from '../certificate';
import { DerReader, Tag, der } from '../asn1';
import { Crl } from './crl';

/**
 * The reasons for which `crl` answers for `certificate` through the distribution point `point`; undefined: none, it is
 * about others. RFC 5280 §6.3.3 (b) and (d).
 */
export function scopeOf(
  crl: Crl,
  certificate: Certificate,
  point: CrlDistributionPoint,
): RevocationReasons | undefined {
  const issuing = crl.distributionPoint;
  if (point.crlIssuer) {
    const named = point.crlIssuer.some((name) => name.kind === 'directory' && name.value.equals(crl.issuer));
    if (!named || !issuing?.indirect) return undefined;
  } else if (!crl.issuer.equals(certificate.issuer)) return undefined;
  if (!issuing) return point.reasons ?? allReasons;
  if (issuing.onlyAttributeCertificates) return undefined;
  if (issuing.onlyUserCertificates && certificate.isAuthority) return undefined;
  if (issuing.onlyAuthorityCertificates && !certificate.isAuthority) return undefined;
  if (issuing.name && !namesMeet(issuing.name, crl.issuer, point, certificate)) return undefined;
  const ofPoint = point.reasons ?? allReasons;
  const ofList = issuing.onlySomeReasons ?? allReasons;
  return new Set([...ofPoint].filter((reason) => ofList.has(reason)));
}

/** The distribution points of a certificate; without any, its issuer's own complete list (RFC 5280 §6.3.3). */
export function distributionPointsOf(certificate: Certificate): readonly CrlDistributionPoint[] {
  const own: CrlDistributionPoint = {
    name: { fullName: [{ kind: 'directory', value: certificate.issuer }] },
    reasons: undefined,
    crlIssuer: undefined,
  };
  return [...(certificate.extensions.crlDistributionPoints ?? []), own];
}

/** RFC 5280 §6.3.3 (b) (2) (i): the list and the point have a name in common. */
function namesMeet(
  listName: DistributionPointName,
  listIssuer: Name,
  point: CrlDistributionPoint,
  certificate: Certificate,
): boolean {
  const ofList = fullNames(listName, listIssuer);
  const issuers = point.crlIssuer?.flatMap((name) => (name.kind === 'directory' ? [name.value] : []));
  const ofPoint = point.name ? fullNames(point.name, issuers?.[0] ?? certificate.issuer) : (point.crlIssuer ?? []);
  return ofPoint.some((name) => ofList.some((other) => sameName(name, other)));
}

/** A name relative to the CRL issuer becomes a whole one. */
function fullNames(name: DistributionPointName, issuer: Name): readonly GeneralName[] {
  if ('fullName' in name) return name.fullName;
  const rdns = der.sequence(DerReader.only(issuer.der, Tag.Sequence).content, name.relativeName);
  return [{ kind: 'directory', value: new Name(rdns) }];
}

function sameName(a: GeneralName, b: GeneralName): boolean {
  if (a.kind === 'directory' && b.kind === 'directory') return a.value.equals(b.value);
  if (a.kind === 'directory' || b.kind === 'directory' || a.kind !== b.kind) return false;
  return Buffer.from(a.value).equals(Buffer.from(b.value));
}
