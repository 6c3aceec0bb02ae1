import { KeyObject, createPublicKey } from 'node:crypto';
import { PkiError } from '../errors';

/** What a public key is, as policy and reports name it. `bits`: RSA modulus or curve size. */
export interface PublicKeyFacts {
  readonly type: 'RSA' | 'EC' | 'Ed25519';
  readonly bits: number;
  /** `P-256`, `P-384` or `P-521`. */
  readonly curve?: string;
}

const curves: Readonly<Record<string, { curve: string; bits: number }>> = {
  prime256v1: { curve: 'P-256', bits: 256 },
  secp384r1: { curve: 'P-384', bits: 384 },
  secp521r1: { curve: 'P-521', bits: 521 },
};

/** @throws PkiError PUBLIC_KEY_UNSUPPORTED when the key is not one this library verifies with */
export function importPublicKey(spki: Buffer): KeyObject {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (error) {
    throw new PkiError('PUBLIC_KEY_UNSUPPORTED', 'the subject public key cannot be read', { cause: error });
  }
}

/**
 * Named curves only: explicit curve parameters let a forger choose the generator (CVE-2020-0601).
 *
 * @throws PkiError PUBLIC_KEY_UNSUPPORTED
 */
export function publicKeyFacts(key: KeyObject): PublicKeyFacts {
  const type = key.asymmetricKeyType;
  const details = key.asymmetricKeyDetails;
  if (type === 'rsa' || type === 'rsa-pss') {
    const exponent = details?.publicExponent ?? 0n;
    if (exponent < 3n || exponent % 2n === 0n) {
      throw new PkiError('PUBLIC_KEY_UNSUPPORTED', `RSA exponent ${exponent.toString()}`);
    }
    return { type: 'RSA', bits: details?.modulusLength ?? 0 };
  }
  if (type === 'ec') {
    const named = curves[details?.namedCurve ?? ''];
    if (!named) throw new PkiError('PUBLIC_KEY_UNSUPPORTED', `curve ${details?.namedCurve ?? 'of its own'}`);
    return { type: 'EC', ...named };
  }
  if (type === 'ed25519') return { type: 'Ed25519', bits: 256 };
  throw new PkiError('PUBLIC_KEY_UNSUPPORTED', `key type ${type ?? 'unknown'}`);
}

/** TT 15/2025 as a floor: RSA ≥ 2048 bits, EC ≥ 256 bits. */
export const isStrongKey = (facts: PublicKeyFacts): boolean => facts.bits >= (facts.type === 'RSA' ? 2048 : 256);
