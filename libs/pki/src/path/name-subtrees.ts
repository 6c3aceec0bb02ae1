import { Certificate, GeneralName, NameConstraints } from '../certificate';
import { PkiError } from '../errors';

/** Comparisons a path may cost; beyond it, the constraints are an attack rather than a rule. */
const comparisonLimit = 200_000;

const emailAddress = '1.2.840.113549.1.9.1';

/** Name constraints gathered along a path (RFC 5280 §6.1.1 e, f; §6.1.4 g): each authority's apply on top of the others. */
export class NameSubtrees {
  private readonly constraints: NameConstraints[] = [];
  private comparisons = 0;

  add(constraints: NameConstraints): void {
    this.constraints.push(constraints);
  }

  /** RFC 5280 §6.1.3 (b), (c). */
  allow(certificate: Certificate): boolean {
    if (this.constraints.length === 0) return true;
    const names = namesOf(certificate);
    return this.constraints.every(({ permitted, excluded }) =>
      names.every((name) => {
        const sameKind = permitted.filter((base) => base.kind === name.kind);
        return (
          !excluded.some((base) => base.kind === name.kind && this.isWithin(name, base, true)) &&
          (sameKind.length === 0 || sameKind.some((base) => this.isWithin(name, base, false)))
        );
      }),
    );
  }

  /** Forms we cannot compare are taken as excluded and as not permitted (RFC 5280 §4.2.1.10). */
  private isWithin(name: GeneralName, base: GeneralName, whenUnknown: boolean): boolean {
    this.comparisons += 1;
    if (this.comparisons > comparisonLimit) throw new PkiError('CERTIFICATE_MALFORMED', 'too many name constraints');
    if (name.kind === 'directory' && base.kind === 'directory') return name.value.isWithin(base.value);
    if (name.kind === 'email' && base.kind === 'email') return isEmailWithin(name.value, base.value);
    if (name.kind === 'dns' && base.kind === 'dns') return isHostWithin(name.value, base.value);
    if (name.kind === 'uri' && base.kind === 'uri') return isUriWithin(name.value, base.value, whenUnknown);
    if (name.kind === 'ip' && base.kind === 'ip') return isAddressWithin(name.value, base.value);
    return whenUnknown;
  }
}

function namesOf(certificate: Certificate): GeneralName[] {
  const alternatives = certificate.extensions.subjectAltName ?? [];
  const names: GeneralName[] = [...alternatives];
  if (!certificate.subject.isEmpty) names.push({ kind: 'directory', value: certificate.subject });
  // RFC 5280 §4.2.1.10: e-mail addresses in the subject count when there is no alternative name
  if (alternatives.length === 0) {
    for (const { oid, text } of certificate.subject.rdns.flat()) {
      if (oid === emailAddress && text !== undefined) names.push({ kind: 'email', value: text });
    }
  }
  return names;
}

/** A base is a mailbox, a host, or with a leading dot all hosts of a domain. */
function isEmailWithin(email: string, base: string): boolean {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1).toLowerCase();
  const constraint = base.toLowerCase();
  if (base.includes('@')) {
    const baseAt = base.lastIndexOf('@');
    return email.slice(0, at) === base.slice(0, baseAt) && host === constraint.slice(baseAt + 1);
  }
  return constraint.startsWith('.') ? host.endsWith(constraint) && host !== constraint : host === constraint;
}

/** A host, and every name below it. */
function isHostWithin(host: string, base: string): boolean {
  const name = host.toLowerCase();
  const constraint = base.toLowerCase().replace(/^\./, '');
  return constraint === '' || name === constraint || name.endsWith(`.${constraint}`);
}

/** The host of the URI is compared; one without a host cannot be, so it is neither permitted nor let through. */
function isUriWithin(uri: string, base: string, whenUnknown: boolean): boolean {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:[\]]+)(?::\d*)?(?:[/?#]|$)/i.exec(uri)?.[1]?.toLowerCase();
  if (host === undefined || /^[\d.]+$/.test(host)) return whenUnknown;
  const constraint = base.toLowerCase();
  return constraint.startsWith('.') ? host.endsWith(constraint) && host !== constraint : host === constraint;
}

/** A base is an address and a mask of the same length. */
function isAddressWithin(address: Buffer, base: Buffer): boolean {
  if (base.length !== address.length * 2) return false;
  return address.every((octet, index) => {
    const mask = base[address.length + index] ?? 0;
    return (octet & mask) === ((base[index] ?? 0) & mask);
  });
}
