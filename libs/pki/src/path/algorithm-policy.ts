import { HashName, PublicKeyFacts, SignatureAlgorithm, SignatureScheme } from '../algorithms';

/** Which algorithms may carry trust: configuration. */
export interface AlgorithmPolicy {
  readonly hashes: ReadonlySet<HashName>;
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
  /** Smallest keys, in bits. */
  readonly minimumBits: Readonly<Record<PublicKeyFacts['type'], number>>;
}

/** TT 41/2017 and TT 15/2025: RSA ≥ 2048, EC ≥ 256, SHA-2 or SHA-3. */
export const nationalAlgorithms: AlgorithmPolicy = {
  hashes: new Set(['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512']),
  algorithms: new Set(['RSA-PKCS1', 'RSA-PSS', 'ECDSA', 'Ed25519']),
  minimumBits: { RSA: 2048, EC: 256, Ed25519: 256 },
};

export const allowsScheme = (policy: AlgorithmPolicy, scheme: SignatureScheme): boolean =>
  policy.hashes.has(scheme.hash) && policy.algorithms.has(scheme.algorithm);

export const allowsKey = (policy: AlgorithmPolicy, facts: PublicKeyFacts): boolean =>
  facts.bits >= policy.minimumBits[facts.type];
