import { KeyObject, constants, sign, verify } from 'node:crypto';
import { SignatureAlgorithm, SignatureScheme } from './signature-scheme';

const keyTypes: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  'RSA-PKCS1': ['rsa'],
  'RSA-PSS': ['rsa', 'rsa-pss'],
  ECDSA: ['ec'],
  Ed25519: ['ed25519'],
};

/** Whether `key` is of the type `algorithm` needs: an RSA signature never verifies under an EC key, and so on. */
export const keyFits = (key: KeyObject, algorithm: SignatureAlgorithm): boolean =>
  keyTypes[algorithm].includes(key.asymmetricKeyType ?? '');

/** Whether `signature` over `data` is good under `key`. Never throws: what cannot be checked is not good. */
export function verifySignature(
  scheme: SignatureScheme,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!keyFits(key, scheme.algorithm)) return false;
  try {
    return verify(digestName(scheme), data, keyInput(scheme, key), signature);
  } catch {
    return false; // parameters the key refuses, such as a salt longer than its modulus
  }
}

/** Signs in Node's thread pool, so that RSA does not hold up the event loop. ECDSA values are DER. */
export function signWith(scheme: SignatureScheme, key: KeyObject, data: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(digestName(scheme), data, keyInput(scheme, key), (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}

const digestName = (scheme: SignatureScheme): string | null => (scheme.algorithm === 'Ed25519' ? null : scheme.hash);

function keyInput(scheme: SignatureScheme, key: KeyObject) {
  switch (scheme.algorithm) {
    case 'RSA-PKCS1':
      return { key, padding: constants.RSA_PKCS1_PADDING };
    case 'RSA-PSS':
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength };
    case 'ECDSA':
      return { key, dsaEncoding: 'der' as const };
    case 'Ed25519':
      return { key };
  }
}
