import { createVerify, type KeyObject, verify } from 'node:crypto';
import type { CanonicalMethod } from '../xml/canonical';

export const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const XMLDSIG_MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const XMLENC = 'http://www.w3.org/2001/04/xmlenc#';
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = `${XMLDSIG}enveloped-signature`;

export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** By the URIs of XML Signature 1.1 §6. SHA-1 is known so that it can be called weak. */
export const DIGESTS: Readonly<Partial<Record<string, DigestName>>> = {
  [`${XMLDSIG}sha1`]: 'sha1',
  [`${XMLENC}sha256`]: 'sha256',
  [`${XMLDSIG_MORE}sha384`]: 'sha384',
  [`${XMLENC}sha512`]: 'sha512',
};

export const CANONICAL_METHODS: Readonly<Partial<Record<string, CanonicalMethod>>> = {
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315': 'inclusive',
  [EXCLUSIVE_C14N]: 'exclusive',
};

export interface SignatureMethod {
  /** As shown, `rsa-sha256`. */
  readonly name: string;
  readonly digest: DigestName;
  readonly key: 'rsa' | 'ec';
}

export const SIGNATURE_METHODS: Readonly<Partial<Record<string, SignatureMethod>>> = {
  [`${XMLDSIG}rsa-sha1`]: { name: 'rsa-sha1', digest: 'sha1', key: 'rsa' },
  ...methods('rsa'),
  ...methods('ecdsa'),
};

function methods(family: 'rsa' | 'ecdsa'): Record<string, SignatureMethod> {
  const digests = ['sha256', 'sha384', 'sha512'] as const;
  return Object.fromEntries(
    digests.map((digest) => [
      `${XMLDSIG_MORE}${family}-${digest}`,
      { name: `${family}-${digest}`, digest, key: family === 'rsa' ? ('rsa' as const) : ('ec' as const) },
    ]),
  );
}

/** XML signatures write an ECDSA value as r and s side by side (XML Signature 1.1 §6.4.3). */
export function verifies(method: SignatureMethod, key: KeyObject, signed: Buffer, value: Buffer): boolean {
  if (key.asymmetricKeyType !== method.key) return false;
  return method.key === 'ec'
    ? verify(method.digest, signed, { key, dsaEncoding: 'ieee-p1363' }, value)
    : createVerify(method.digest).update(signed).verify(key, value);
}

/** RSA below 2048 bits and SHA-1 are no longer enough (TT 41/2017, TT 15/2025). */
export function weakness(method: SignatureMethod, key: KeyObject, digests: readonly DigestName[]): string | undefined {
  if (method.digest === 'sha1') return method.name;
  if (digests.includes('sha1')) return 'digest sha1';
  const bits = key.asymmetricKeyDetails?.modulusLength;
  return bits !== undefined && bits < 2048 ? `rsa key of ${bits} bits` : undefined;
}
