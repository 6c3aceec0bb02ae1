import { Certificate } from '../certificate';
import { AlgorithmPolicy, nationalAlgorithms } from '../path/algorithm-policy';

/** Whom and what to trust: configuration. The national special-purpose CA is one such set. */
export interface TrustPolicy {
  readonly anchors: readonly Certificate[];
  /** Issuers known besides those that come with a signature. */
  readonly intermediates: readonly Certificate[];
  readonly algorithms: AlgorithmPolicy;
  /** `required`: unknown is INDETERMINATE / TRY_LATER. `if-known`: only a known revocation counts. */
  readonly revocation: 'required' | 'if-known' | 'ignored';
  /** How long a CRL or OCSP answer that names no next update is taken to hold, in milliseconds. */
  readonly maximumAge: number;
  /** Certificate policies that are accepted, dotted; undefined: any. */
  readonly acceptedPolicies?: ReadonlySet<string>;
  readonly explicitPolicy?: boolean;
  readonly inhibitPolicyMapping?: boolean;
  readonly inhibitAnyPolicy?: boolean;
}

const day = 86_400_000;

/** A policy with the axis' defaults around the given anchors. */
export const trustPolicy = (anchors: readonly Certificate[], more: Partial<TrustPolicy> = {}): TrustPolicy => ({
  anchors,
  intermediates: [],
  algorithms: nationalAlgorithms,
  revocation: 'required',
  maximumAge: day,
  ...more,
});
