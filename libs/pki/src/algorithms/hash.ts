import { createHash, hash as digestOf } from 'node:crypto';
import { DerElement, DerReader, Tag, der } from '../asn1';
import { PkiError } from '../errors';

/** Digests we can compute. SHA-1 is known so that it can be named and refused; policy decides what is allowed. */
export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-384' | 'sha3-512';

/** Digests we sign with. */
export type SigningHash = 'sha256' | 'sha384' | 'sha512';

const hashOids: Readonly<Record<HashName, string>> = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  'sha3-256': '2.16.840.1.101.3.4.2.8',
  'sha3-384': '2.16.840.1.101.3.4.2.9',
  'sha3-512': '2.16.840.1.101.3.4.2.10',
};

const hashLengths: Readonly<Record<HashName, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64,
};

const hashNames = new Map(Object.entries(hashOids).map(([name, oid]) => [oid, name as HashName]));

/** Octets in a digest. */
export const hashLength = (hash: HashName): number => hashLengths[hash];

export const digest = (hash: HashName, data: Uint8Array): Buffer => digestOf(hash, data, 'buffer');

/** Digest of several pieces, as if they were one. */
export function digestParts(hash: HashName, parts: Iterable<Uint8Array>): Buffer {
  const hasher = createHash(hash);
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/** AlgorithmIdentifier of a digest; parameters absent (RFC 5754 §2). */
export const encodeHashAlgorithm = (hash: HashName): Buffer => der.sequence(der.oid(hashOids[hash]));

/** DigestInfo of PKCS#1 v1.5, where the parameters are NULL (RFC 8017 §9.2, note 1). */
export const encodeDigestInfo = (hash: HashName, digest: Uint8Array): Buffer =>
  der.sequence(der.sequence(der.oid(hashOids[hash]), der.nullValue()), der.octetString(digest));

/** AlgorithmIdentifier of a digest; parameters absent or NULL (RFC 5754 §2). */
export function decodeHashAlgorithm(identifier: DerElement): HashName {
  const { oid, parameters } = algorithmIdentifier(identifier);
  const hash = hashNames.get(oid);
  if (hash === undefined) throw new PkiError('ALGORITHM_UNSUPPORTED', `digest ${oid}`);
  if (parameters !== undefined && parameters.tag !== Tag.Null) {
    throw new PkiError('ALGORITHM_UNSUPPORTED', `digest ${oid} with parameters`);
  }
  return hash;
}

export function algorithmIdentifier(identifier: DerElement): { oid: string; parameters: DerElement | undefined } {
  const reader: DerReader = identifier.children();
  const oid = reader.read(Tag.Oid).oid();
  const parameters = reader.done ? undefined : reader.next();
  reader.finish();
  return { oid, parameters };
}
