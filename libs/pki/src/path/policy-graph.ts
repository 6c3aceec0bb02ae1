import { PolicyMapping, anyPolicy } from '../certificate';

interface PolicyNode {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parents: readonly PolicyNode[];
}

type Level = Map<string, PolicyNode>;

/**
 * Valid policies along a path, as the graph of RFC 9618 §5.1: one node per policy and depth, so that mappings cannot
 * make it grow exponentially as the tree of RFC 5280 does (CVE-2023-0464).
 */
export class PolicyGraph {
  /** Nodes by depth; empty when no policy is valid any more. */
  private levels: Level[] = [
    new Map([[anyPolicy, { policy: anyPolicy, expected: new Set([anyPolicy]), parents: [] }]]),
  ];

  get isEmpty(): boolean {
    return this.levels.length === 0;
  }

  /** RFC 9618 §5.3 (d), (e): one certificate further. Undefined `policies`: it asserts none. */
  descend(policies: ReadonlySet<string> | undefined, anyPolicyHonoured: boolean): void {
    const above = this.levels.at(-1);
    if (!policies || !above) {
      this.levels = [];
      return;
    }
    const level: Level = new Map();
    const add = (policy: string, parents: readonly PolicyNode[]): void => {
      level.set(policy, { policy, expected: new Set([policy]), parents });
    };
    const expecting = new Map<string, PolicyNode[]>();
    for (const node of above.values()) {
      for (const policy of node.expected) expecting.set(policy, [...(expecting.get(policy) ?? []), node]);
    }
    const wildcard = above.get(anyPolicy);
    for (const policy of policies) {
      if (policy === anyPolicy) continue;
      const parents = expecting.get(policy) ?? (wildcard ? [wildcard] : []);
      if (parents.length > 0) add(policy, parents);
    }
    if (policies.has(anyPolicy) && anyPolicyHonoured) {
      for (const [policy, parents] of expecting) if (!level.has(policy)) add(policy, parents);
    }
    this.levels.push(level);
    this.prune();
  }

  /** RFC 9618 §5.4 (b): policies of the issuer's domain become those of the subject's. */
  map(mappings: readonly PolicyMapping[], allowed: boolean): void {
    const level = this.levels.at(-1);
    if (!level) return;
    const subjects = new Map<string, Set<string>>();
    for (const { issuerDomain, subjectDomain } of mappings) {
      subjects.set(issuerDomain, (subjects.get(issuerDomain) ?? new Set()).add(subjectDomain));
    }
    for (const [issuerDomain, expected] of subjects) {
      const node = level.get(issuerDomain);
      const wildcard = level.get(anyPolicy);
      if (!allowed) level.delete(issuerDomain);
      else if (node) node.expected = expected;
      else if (wildcard) level.set(issuerDomain, { policy: issuerDomain, expected, parents: wildcard.parents });
    }
    this.prune();
  }

  /**
   * RFC 9618 §5.5 (g): the policies, named as the trust anchor names them, that the path holds and the user accepts.
   * Undefined `accepted`: any.
   */
  constrainedPolicies(accepted: ReadonlySet<string> | undefined): ReadonlySet<string> {
    const authority = new Set<string>();
    const lowest = this.levels.at(-1);
    if (!lowest || this.levels.length === 1) return authority;
    if (lowest.has(anyPolicy)) authority.add(anyPolicy);
    for (const level of this.levels.slice(1)) {
      for (const node of level.values()) {
        if (node.policy !== anyPolicy && node.parents.some((parent) => parent.policy === anyPolicy)) {
          authority.add(node.policy);
        }
      }
    }
    if (!accepted || accepted.has(anyPolicy)) return authority;
    return authority.has(anyPolicy) ? accepted : new Set([...authority].filter((policy) => accepted.has(policy)));
  }

  /** Removes what has no child, from the lowest level up; an empty lowest level empties the graph. */
  private prune(): void {
    for (let depth = this.levels.length - 2; depth >= 0; depth--) {
      const parents = new Set([...(this.levels[depth + 1]?.values() ?? [])].flatMap((node) => node.parents));
      const level = this.levels[depth];
      for (const [policy, node] of level ?? []) if (!parents.has(node)) level?.delete(policy);
    }
    if (this.levels[0]?.size === 0 || this.levels.at(-1)?.size === 0) this.levels = [];
  }
}
