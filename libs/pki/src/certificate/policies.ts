import { DerElement, Tag, primitive } from '../asn1';

export interface PolicyMapping {
  readonly issuerDomain: string;
  readonly subjectDomain: string;
}

/** Certificates that may follow before the constraint holds; undefined: no such constraint. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/** RFC 5280 §4.2.1.4: a policy must not occur twice. Qualifiers are for readers of the certificate, not for us. */
export function readPolicies(element: DerElement): ReadonlySet<string> {
  const policies = new Set<string>();
  for (const information of element.children()) {
    const policy = information.children().read(Tag.Oid).oid();
    if (policies.has(policy)) information.refuse(`policy ${policy} occurs twice`);
    policies.add(policy);
  }
  if (policies.size === 0) element.refuse('a list of policies is empty');
  return policies;
}

export function readPolicyMappings(element: DerElement): readonly PolicyMapping[] {
  return Array.from(element.children(), (mapping) => {
    const reader = mapping.children();
    const issuerDomain = reader.read(Tag.Oid).oid();
    const subjectDomain = reader.read(Tag.Oid).oid();
    reader.finish();
    return { issuerDomain, subjectDomain };
  });
}

export function readPolicyConstraints(element: DerElement): PolicyConstraints {
  const reader = element.children();
  const requireExplicitPolicy = skipCerts(reader.optional(primitive(0)));
  const inhibitPolicyMapping = skipCerts(reader.optional(primitive(1)));
  reader.finish();
  return { requireExplicitPolicy, inhibitPolicyMapping };
}

function skipCerts(element: DerElement | undefined): number | undefined {
  const count = element?.integer();
  if (count !== undefined && count < 0) element?.refuse('a count of certificates is negative');
  return count;
}
