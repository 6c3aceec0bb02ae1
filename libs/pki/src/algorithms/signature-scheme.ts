import { DerElement, Tag, constructed, der } from '../asn1';
import { PkiError } from '../errors';
import { HashName, algorithmIdentifier, decodeHashAlgorithm, encodeHashAlgorithm, hashLength } from './hash';

export type SignatureAlgorithm = 'RSA-PKCS1' | 'RSA-PSS' | 'ECDSA' | 'Ed25519';

/**
 * How a signature value is made and checked. Ed25519 hashes inside (SHA-512, RFC 8032), which `hash` names.
 * `saltLength` in octets, only for RSA-PSS.
 */
export interface SignatureScheme {
  readonly algorithm: SignatureAlgorithm;
  readonly hash: HashName;
  readonly saltLength?: number;
}

const rsaEncryption = '1.2.840.113549.1.1.1';
const rsaPss = '1.2.840.113549.1.1.10';
const mgf1 = '1.2.840.113549.1.1.8';
const ed25519 = '1.3.101.112';

const schemeOids: Readonly<Record<'RSA-PKCS1' | 'ECDSA', Readonly<Record<HashName, string>>>> = {
  'RSA-PKCS1': {
    sha1: '1.2.840.113549.1.1.5',
    sha224: '1.2.840.113549.1.1.14',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
    sha512: '1.2.840.113549.1.1.13',
    'sha3-256': '2.16.840.1.101.3.4.3.14',
    'sha3-384': '2.16.840.1.101.3.4.3.15',
    'sha3-512': '2.16.840.1.101.3.4.3.16',
  },
  ECDSA: {
    sha1: '1.2.840.10045.4.1',
    sha224: '1.2.840.10045.4.3.1',
    sha256: '1.2.840.10045.4.3.2',
    sha384: '1.2.840.10045.4.3.3',
    sha512: '1.2.840.10045.4.3.4',
    'sha3-256': '2.16.840.1.101.3.4.3.10',
    'sha3-384': '2.16.840.1.101.3.4.3.11',
    'sha3-512': '2.16.840.1.101.3.4.3.12',
  },
};

const schemes = new Map<string, SignatureScheme>(
  (['RSA-PKCS1', 'ECDSA'] as const).flatMap((algorithm) =>
    Object.entries(schemeOids[algorithm]).map(([hash, oid]): [string, SignatureScheme] => [
      oid,
      { algorithm, hash: hash as HashName },
    ]),
  ),
);

/** The scheme we sign with: PSS salt as long as the digest and MGF1 over the same digest (RFC 4055 §3.1). */
export function signingScheme(algorithm: SignatureAlgorithm, hash: HashName): SignatureScheme {
  if (algorithm === 'Ed25519') return { algorithm, hash: 'sha512' };
  return algorithm === 'RSA-PSS' ? { algorithm, hash, saltLength: hashLength(hash) } : { algorithm, hash };
}

/** AlgorithmIdentifier of `scheme`, as certificates, CRLs and CMS carry it. */
export function encodeSignatureScheme(scheme: SignatureScheme): Buffer {
  switch (scheme.algorithm) {
    case 'RSA-PKCS1':
      return der.sequence(der.oid(schemeOids['RSA-PKCS1'][scheme.hash]), der.nullValue()); // RFC 4055 §5: NULL
    case 'ECDSA':
      return der.sequence(der.oid(schemeOids.ECDSA[scheme.hash])); // RFC 5758 §3.2: absent
    case 'Ed25519':
      return der.sequence(der.oid(ed25519)); // RFC 8410 §3: absent
    case 'RSA-PSS': {
      const hash = encodeHashAlgorithm(scheme.hash);
      return der.sequence(
        der.oid(rsaPss),
        der.sequence(
          der.context(0, hash),
          der.context(1, der.sequence(der.oid(mgf1), hash)),
          der.context(2, der.integer(scheme.saltLength ?? hashLength(scheme.hash))),
        ),
      );
    }
  }
}

/**
 * Reads an AlgorithmIdentifier of a signature. CMS may name only the key type (`rsaEncryption`) and leave the digest to
 * its digestAlgorithm (RFC 3370 §3.2): give that as `cmsDigest`.
 *
 * @throws PkiError ALGORITHM_UNSUPPORTED
 */
export function decodeSignatureScheme(identifier: DerElement, cmsDigest?: HashName): SignatureScheme {
  const { oid, parameters } = algorithmIdentifier(identifier);
  if (oid === rsaPss) return decodePss(parameters);
  if (oid === ed25519) {
    if (parameters) throw new PkiError('ALGORITHM_UNSUPPORTED', 'Ed25519 takes no parameters');
    return { algorithm: 'Ed25519', hash: 'sha512' };
  }
  const scheme =
    oid === rsaEncryption && cmsDigest ? { algorithm: 'RSA-PKCS1' as const, hash: cmsDigest } : schemes.get(oid);
  if (scheme === undefined) throw new PkiError('ALGORITHM_UNSUPPORTED', `signature algorithm ${oid}`);
  // Some issuers write NULL for ECDSA too; it changes nothing.
  if (parameters && parameters.tag !== Tag.Null) {
    throw new PkiError('ALGORITHM_UNSUPPORTED', `signature algorithm ${oid} with parameters`);
  }
  return scheme;
}

/** RSASSA-PSS-params (RFC 4055 §3.1), whose every field has a SHA-1 default. */
function decodePss(parameters: DerElement | undefined): SignatureScheme {
  if (parameters?.tag !== Tag.Sequence) throw new PkiError('ALGORITHM_UNSUPPORTED', 'RSA-PSS without parameters');
  const reader = parameters.children();
  const hashField = reader.optional(constructed(0));
  const maskField = reader.optional(constructed(1));
  const saltField = reader.optional(constructed(2));
  const trailerField = reader.optional(constructed(3));
  reader.finish();
  const hash = hashField ? decodeHashAlgorithm(hashField.children().read(Tag.Sequence)) : 'sha1';
  let maskHash: HashName = 'sha1';
  if (maskField) {
    const mask = algorithmIdentifier(maskField.children().read(Tag.Sequence));
    if (mask.oid !== mgf1 || mask.parameters?.tag !== Tag.Sequence) {
      throw new PkiError('ALGORITHM_UNSUPPORTED', `RSA-PSS mask ${mask.oid}`);
    }
    maskHash = decodeHashAlgorithm(mask.parameters);
  }
  const saltLength = saltField ? saltField.children().read(Tag.Integer).integer() : 20;
  const trailer = trailerField ? trailerField.children().read(Tag.Integer).integer() : 1;
  if (maskHash !== hash) throw new PkiError('ALGORITHM_UNSUPPORTED', `RSA-PSS with ${hash} but mask ${maskHash}`);
  if (trailer !== 1) throw new PkiError('ALGORITHM_UNSUPPORTED', `RSA-PSS trailer ${trailer}`);
  if (saltLength < 0 || saltLength > 512) throw new PkiError('ALGORITHM_UNSUPPORTED', `RSA-PSS salt ${saltLength}`);
  return { algorithm: 'RSA-PSS', hash, saltLength };
}
