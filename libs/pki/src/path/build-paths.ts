import { Certificate } from '../certificate';
import { PkiError } from '../errors';

/** Longest path considered, and how many issuers are tried in all: cross-certified thickets must not cost more. */
const longestPath = 16;
const attemptLimit = 400;

/** Certificates by the name of their subject. */
export class CertificatePool {
  private readonly bySubject = new Map<string, Certificate[]>();

  constructor(certificates: Iterable<Certificate>) {
    for (const certificate of certificates) this.add(certificate);
  }

  add(certificate: Certificate): void {
    const key = certificate.subject.canonical;
    const known = this.bySubject.get(key);
    if (!known) this.bySubject.set(key, [certificate]);
    else if (!known.some((other) => other.equals(certificate))) known.push(certificate);
  }

  named(canonicalName: string): readonly Certificate[] {
    return this.bySubject.get(canonicalName) ?? [];
  }
}

export interface PathSearch {
  readonly anchors: CertificatePool;
  readonly issuers: CertificatePool;
}

/**
 * Every path from `leaf` to a trust anchor in which names chain and signatures hold, the likeliest first (RFC 4158).
 * A path is the certificate, its issuers, and the anchor last.
 */
export function* buildPaths(leaf: Certificate, search: PathSearch): Generator<readonly Certificate[], void> {
  const attempts = { left: attemptLimit };
  if (search.anchors.named(leaf.subject.canonical).some((anchor) => anchor.equals(leaf))) yield [leaf];
  yield* extend([leaf], search, attempts);
}

function* extend(
  path: readonly Certificate[],
  search: PathSearch,
  attempts: { left: number },
): Generator<readonly Certificate[], void> {
  const last = path[path.length - 1];
  if (!last || path.length >= longestPath) return;
  const issuerName = last.issuer.canonical;
  for (const anchor of search.anchors.named(issuerName)) {
    if (attempts.left-- > 0 && !path.some((member) => member.equals(anchor)) && links(last, anchor)) {
      yield [...path, anchor];
    }
  }
  for (const issuer of likeliestFirst(last, search.issuers.named(issuerName))) {
    if (path.some((member) => member.equals(issuer))) continue;
    if (attempts.left-- > 0 && links(last, issuer)) yield* extend([...path, issuer], search, attempts);
  }
}

/** An issuer whose key cannot be read, or an algorithm that cannot be checked, links nothing. */
function links(certificate: Certificate, issuer: Certificate): boolean {
  try {
    return certificate.isSignedBy(issuer);
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}

/** The key identifier is a hint, no more (RFC 5280 §4.2.1.1). */
function likeliestFirst(certificate: Certificate, issuers: readonly Certificate[]): readonly Certificate[] {
  if (issuers.length < 2) return issuers;
  const wanted = certificate.extensions.authorityKeyIdentifier?.keyIdentifier;
  const matches = (issuer: Certificate): number =>
    wanted && issuer.extensions.subjectKeyIdentifier?.equals(wanted) ? 0 : 1;
  return [...issuers].sort((a, b) => matches(a) - matches(b));
}
