import { KeyObject, createPublicKey } from 'node:crypto';
import {
  SignatureAlgorithm,
  SignatureScheme,
  SigningHash,
  isStrongKey,
  keyFits,
  signWith,
  signingScheme,
} from '../algorithms';
import { Certificate } from '../certificate';
import { PkiError } from '../errors';

/**
 * A private key that signs, wherever it lives, with the certificate that names its owner.
 * `chain`: the issuers of `certificate`, nearest first, as far as they are known; the certificate itself is not in it.
 */
export interface SigningKey {
  readonly certificate: Certificate;
  readonly chain: readonly Certificate[];
  readonly algorithm: SignatureAlgorithm;
  readonly hash: SigningHash;
  /** The signature value over `data`, which is hashed inside. ECDSA values are DER. */
  sign(data: Uint8Array): Promise<Buffer>;
}

/** How a key is to sign, where its certificate leaves a choice. */
export interface SigningOptions {
  /** RSA keys: PKCS#1 v1.5 unless said. */
  readonly algorithm?: SignatureAlgorithm;
  /** Unless said: the digest as strong as the curve (P-384: SHA-384, P-521 and Ed25519: SHA-512), else SHA-256. */
  readonly hash?: SigningHash;
}

const signingHashes: readonly string[] = ['sha256', 'sha384', 'sha512'] satisfies readonly SigningHash[];

export interface KeySpecification {
  readonly algorithm: SignatureAlgorithm;
  readonly hash: SigningHash;
  readonly scheme: SignatureScheme;
}

/**
 * Settles how the key of `certificate` signs.
 *
 * @throws PkiError KEY_TOO_WEAK, HASH_TOO_WEAK, PUBLIC_KEY_UNSUPPORTED, ALGORITHM_UNSUPPORTED when the key cannot do
 *   what is asked
 */
export function specifyKey(certificate: Certificate, options: SigningOptions = {}): KeySpecification {
  const facts = certificate.publicKeyFacts;
  if (!isStrongKey(facts)) throw new PkiError('KEY_TOO_WEAK', `${facts.type} ${facts.bits} bits`);
  const natural = facts.type === 'EC' ? 'ECDSA' : facts.type === 'Ed25519' ? 'Ed25519' : 'RSA-PKCS1';
  const restricted = certificate.publicKey.asymmetricKeyType === 'rsa-pss' ? 'RSA-PSS' : natural;
  const algorithm = options.algorithm ?? restricted;
  if (!keyFits(certificate.publicKey, algorithm)) {
    throw new PkiError('ALGORITHM_UNSUPPORTED', `${algorithm} with an ${facts.type} key`);
  }
  const matching = facts.bits === 384 ? 'sha384' : facts.bits === 521 ? 'sha512' : 'sha256';
  // RFC 8419 §3: Ed25519 in CMS goes with SHA-512
  const hash = algorithm === 'Ed25519' ? 'sha512' : (options.hash ?? matching);
  // Options may come from a configuration file or a command line
  if (!signingHashes.includes(hash)) throw new PkiError('HASH_TOO_WEAK', hash);
  return { algorithm, hash, scheme: signingScheme(algorithm, hash) };
}

/**
 * A key held in this process.
 *
 * @throws PkiError KEY_CERTIFICATE_MISMATCH, KEY_TOO_WEAK, ALGORITHM_UNSUPPORTED
 */
export function createSigningKey(
  privateKey: KeyObject,
  certificate: Certificate,
  chain: readonly Certificate[] = [],
  options: SigningOptions = {},
): SigningKey {
  if (!createPublicKey(privateKey).equals(certificate.publicKey)) {
    throw new PkiError('KEY_CERTIFICATE_MISMATCH', `the key is not that of ${certificate.subject.toString()}`);
  }
  const { algorithm, hash, scheme } = specifyKey(certificate, options);
  return { certificate, chain, algorithm, hash, sign: (data) => signWith(scheme, privateKey, data) };
}

/**
 * Refuses to begin a signature that nobody would accept.
 *
 * @throws PkiError CERTIFICATE_NOT_YET_VALID, CERTIFICATE_EXPIRED, KEY_USAGE_REFUSED
 */
export function assertMaySign({ certificate }: Pick<SigningKey, 'certificate'>, at: Date): void {
  const subject = certificate.subject.toString();
  if (at < certificate.notBefore) {
    throw new PkiError('CERTIFICATE_NOT_YET_VALID', `${subject}, from ${certificate.notBefore.toISOString()}`);
  }
  if (at > certificate.notAfter) {
    throw new PkiError('CERTIFICATE_EXPIRED', `${subject}, since ${certificate.notAfter.toISOString()}`);
  }
  const { keyUsage } = certificate.extensions;
  if (keyUsage && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) {
    throw new PkiError('KEY_USAGE_REFUSED', `${subject} may not sign`);
  }
}

/** The issuers of `certificate` among `candidates`, nearest first; the rest are left out. */
export function orderChain(certificate: Certificate, candidates: readonly Certificate[]): Certificate[] {
  const chain: Certificate[] = [];
  for (let current = certificate; !current.isSelfIssued;) {
    const child = current;
    const issuer = candidates.find(
      (candidate) =>
        candidate.subject.equals(child.issuer) && !chain.includes(candidate) && child.isSignedBy(candidate),
    );
    if (!issuer) break;
    chain.push(issuer);
    current = issuer;
  }
  return chain;
}
