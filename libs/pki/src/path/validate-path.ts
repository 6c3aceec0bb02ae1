import { Certificate, ExtensionOid, anyPolicy } from '../certificate';
import { PkiError } from '../errors';
import { Problem, ProblemCode, problemOf } from '../validation/problem';
import { AlgorithmPolicy, allowsKey, allowsScheme } from './algorithm-policy';
import { NameSubtrees } from './name-subtrees';
import { PolicyGraph } from './policy-graph';

/** Inputs of RFC 5280 §6.1.1 besides the path itself. */
export interface PathInputs {
  readonly at: Date;
  readonly algorithms: AlgorithmPolicy;
  /** Policies the user accepts, dotted; undefined: any. */
  readonly acceptedPolicies?: ReadonlySet<string>;
  /** initial-explicit-policy: the path must hold an accepted policy. */
  readonly explicitPolicy?: boolean;
  readonly inhibitPolicyMapping?: boolean;
  readonly inhibitAnyPolicy?: boolean;
}

export type PathOutcome =
  | { readonly valid: true; readonly policies: ReadonlySet<string> }
  | { readonly valid: false; readonly problem: Problem };

/** Extensions this library acts on; any other that is critical refuses the certificate (RFC 5280 §4.2). */
const understood: ReadonlySet<string> = new Set([
  ExtensionOid.keyUsage,
  ExtensionOid.subjectAltName,
  ExtensionOid.issuerAltName,
  ExtensionOid.basicConstraints,
  ExtensionOid.nameConstraints,
  ExtensionOid.certificatePolicies,
  ExtensionOid.policyMappings,
  ExtensionOid.policyConstraints,
  ExtensionOid.inhibitAnyPolicy,
  ExtensionOid.extendedKeyUsage,
  ExtensionOid.crlDistributionPoints,
  ExtensionOid.freshestCrl,
  ExtensionOid.subjectKeyIdentifier,
  ExtensionOid.authorityKeyIdentifier,
]);

/**
 * Basic path validation, RFC 5280 §6.1, without revocation. `path`: the certificate first, its trust anchor last; of the
 * anchor only name and key count.
 */
export function validatePath(path: readonly Certificate[], inputs: PathInputs): PathOutcome {
  let current = path[0];
  try {
    const state = new PathState(path.length - 1, inputs);
    for (let index = path.length - 2; index >= 0; index--) {
      const issuer = path[index + 1];
      current = path[index];
      if (!current || !issuer) break;
      state.process(current, issuer, index === 0);
    }
    return { valid: true, policies: state.finish(path[0]) };
  } catch (error) {
    if (error instanceof PathRefusal) return { valid: false, problem: error.problem };
    // Extensions and keys are decoded as they are needed: what does not decode ends the path
    if (error instanceof PkiError && current) return { valid: false, problem: problemOf(error, current) };
    throw error;
  }
}

class PathRefusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

function refuse(code: ProblemCode, certificate: Certificate, detail?: string): never {
  throw new PathRefusal({ code, certificate, ...(detail !== undefined && { detail }) });
}

/** The state variables of RFC 5280 §6.1.2, under their names there. */
class PathState {
  private readonly policies = new PolicyGraph();
  private readonly subtrees = new NameSubtrees();
  private explicitPolicy: number;
  private policyMapping: number;
  private inhibitAnyPolicy: number;
  private maxPathLength: number;

  constructor(
    length: number,
    private readonly inputs: PathInputs,
  ) {
    this.explicitPolicy = inputs.explicitPolicy ? 0 : length + 1;
    this.policyMapping = inputs.inhibitPolicyMapping ? 0 : length + 1;
    this.inhibitAnyPolicy = inputs.inhibitAnyPolicy ? 0 : length + 1;
    this.maxPathLength = length;
  }

  process(certificate: Certificate, issuer: Certificate, isLast: boolean): void {
    this.checkBasics(certificate, issuer);
    const { isSelfIssued, extensions } = certificate;
    // §6.1.3 (b), (c): self-issued certificates are exempt, except the last
    if ((isLast || !isSelfIssued) && !this.subtrees.allow(certificate)) refuse('NAME_CONSTRAINTS', certificate);
    const anyHonoured = this.inhibitAnyPolicy > 0 || (!isLast && isSelfIssued);
    this.policies.descend(extensions.certificatePolicies, anyHonoured);
    if (this.explicitPolicy === 0 && this.policies.isEmpty) refuse('POLICY_CONSTRAINTS', certificate);
    for (const { oid, critical } of extensions.raw.values()) {
      if (critical && !understood.has(oid)) refuse('CRITICAL_EXTENSION_UNKNOWN', certificate, oid);
    }
    if (!isLast) this.prepareForNext(certificate);
  }

  /** §6.1.5 */
  finish(leaf: Certificate | undefined): ReadonlySet<string> {
    if (this.explicitPolicy > 0) this.explicitPolicy -= 1;
    if (leaf?.extensions.policyConstraints?.requireExplicitPolicy === 0) this.explicitPolicy = 0;
    const policies = this.policies.constrainedPolicies(this.inputs.acceptedPolicies);
    if (leaf && this.explicitPolicy === 0 && policies.size === 0) refuse('POLICY_CONSTRAINTS', leaf);
    return policies;
  }

  /** §6.1.3 (a) (1), (2), (4), and the algorithms. */
  private checkBasics(certificate: Certificate, issuer: Certificate): void {
    const { at, algorithms } = this.inputs;
    if (!certificate.issuer.equals(issuer.subject)) refuse('NO_CERTIFICATE_CHAIN', certificate, 'names do not chain');
    const { signatureScheme: scheme } = certificate;
    if (!allowsScheme(algorithms, scheme)) {
      refuse('ALGORITHM_NOT_ALLOWED', certificate, `${scheme.algorithm} ${scheme.hash}`);
    }
    for (const holder of [issuer, certificate]) {
      const { type, bits } = holder.publicKeyFacts;
      if (!allowsKey(algorithms, holder.publicKeyFacts)) refuse('KEY_NOT_ALLOWED', holder, `${type} ${bits} bits`);
    }
    if (!certificate.isSignedBy(issuer)) refuse('CERTIFICATE_SIGNATURE_INVALID', certificate);
    if (at < certificate.notBefore) refuse('CERTIFICATE_NOT_YET_VALID', certificate);
    if (at > certificate.notAfter) refuse('CERTIFICATE_EXPIRED', certificate);
  }

  /** §6.1.4 */
  private prepareForNext(certificate: Certificate): void {
    const { extensions, isSelfIssued } = certificate;
    const mappings = extensions.policyMappings ?? [];
    if (mappings.some(({ issuerDomain, subjectDomain }) => [issuerDomain, subjectDomain].includes(anyPolicy))) {
      refuse('POLICY_CONSTRAINTS', certificate, 'anyPolicy is mapped');
    }
    this.policies.map(mappings, this.policyMapping > 0);
    if (extensions.nameConstraints) this.subtrees.add(extensions.nameConstraints);
    if (!isSelfIssued) {
      this.explicitPolicy = Math.max(0, this.explicitPolicy - 1);
      this.policyMapping = Math.max(0, this.policyMapping - 1);
      this.inhibitAnyPolicy = Math.max(0, this.inhibitAnyPolicy - 1);
    }
    const { requireExplicitPolicy, inhibitPolicyMapping } = extensions.policyConstraints ?? {};
    this.explicitPolicy = Math.min(this.explicitPolicy, requireExplicitPolicy ?? Infinity);
    this.policyMapping = Math.min(this.policyMapping, inhibitPolicyMapping ?? Infinity);
    this.inhibitAnyPolicy = Math.min(this.inhibitAnyPolicy, extensions.inhibitAnyPolicy ?? Infinity);
    // (k): without the extension, in version 1 and 2 too, nothing shows that it is an authority
    if (!certificate.isAuthority) refuse('NOT_AN_AUTHORITY', certificate);
    if (!isSelfIssued) {
      if (this.maxPathLength <= 0) refuse('PATH_TOO_LONG', certificate);
      this.maxPathLength -= 1;
    }
    this.maxPathLength = Math.min(this.maxPathLength, extensions.basicConstraints?.pathLength ?? Infinity);
    if (extensions.keyUsage && !extensions.keyUsage.has('keyCertSign')) refuse('KEY_USAGE', certificate);
  }
}
