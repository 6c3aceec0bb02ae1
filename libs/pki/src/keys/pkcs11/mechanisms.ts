import { randomBytes } from 'node:crypto';
import {
  HashName,
  SignatureAlgorithm,
  SignatureScheme,
  digest,
  encodeDigestInfo,
  verifySignature,
} from '../../algorithms';
import { der } from '../../asn1';
import { Certificate } from '../../certificate';
import { PkiError } from '../../errors';
import { SigningKey } from '../signing-key';
import { Ck, Cryptoki, Handle, Mechanism } from './cryptoki';

/** Numbers of CKM_SHA* and CKG_MGF1_SHA*. */
const pssHashes: Partial<Record<HashName, { hashAlg: number; mgf: number }>> = {
  sha256: { hashAlg: 0x250, mgf: 2 },
  sha384: { hashAlg: 0x260, mgf: 3 },
  sha512: { hashAlg: 0x270, mgf: 4 },
};

const longestSignature = 1024;

/** Signs `data`, hashed here, in the library's own thread: the token only ever sees a digest. ECDSA values become DER. */
export async function signOnToken(
  cryptoki: Cryptoki,
  session: Handle,
  key: Handle,
  scheme: SignatureScheme,
  data: Uint8Array,
): Promise<Buffer> {
  const hashed = digest(scheme.hash, data);
  const input = scheme.algorithm === 'RSA-PKCS1' ? encodeDigestInfo(scheme.hash, hashed) : hashed;
  cryptoki.C_SignInit(session, mechanismOf(scheme), key);
  const signature = await cryptoki.C_SignAsync(session, input, Buffer.alloc(longestSignature));
  return scheme.algorithm === 'ECDSA' ? encodeEcdsa(signature) : Buffer.from(signature);
}

function mechanismOf(scheme: SignatureScheme): Mechanism {
  switch (scheme.algorithm) {
    case 'RSA-PKCS1':
      return { mechanism: Ck.rsaPkcs };
    case 'RSA-PSS': {
      const numbers = pssHashes[scheme.hash];
      if (!numbers) throw new PkiError('ALGORITHM_UNSUPPORTED', `RSA-PSS with ${scheme.hash} on a token`);
      const saltLen = scheme.saltLength ?? digest(scheme.hash, Buffer.alloc(0)).length;
      return { mechanism: Ck.rsaPkcsPss, parameter: { type: Ck.pssParameters, ...numbers, saltLen } };
    }
    case 'ECDSA':
      return { mechanism: Ck.ecdsa };
    case 'Ed25519':
      throw new PkiError('ALGORITHM_UNSUPPORTED', 'Ed25519 on a token');
  }
}

/** Tokens give r and s side by side; certificates and CMS want ECDSA-Sig-Value (RFC 5480 appendix A). */
function encodeEcdsa(signature: Buffer): Buffer {
  const half = signature.length / 2;
  return der.sequence(der.unsignedInteger(signature.subarray(0, half)), der.unsignedInteger(signature.subarray(half)));
}

/** Whether a key of this CKA_KEY_TYPE can do `algorithm`. */
export const keyTypeFits = (keyType: number, algorithm: SignatureAlgorithm): boolean =>
  keyType === (algorithm === 'ECDSA' ? Ck.ecKey : Ck.rsaKey);

export const keyMismatch = (certificate: Certificate): PkiError =>
  new PkiError('KEY_CERTIFICATE_MISMATCH', `the key is not that of ${certificate.subject.toString()}`);

/** `key`, once a trial signature shows it to be the one of `certificate`. */
export async function checkedAgainst(
  certificate: Certificate,
  scheme: SignatureScheme,
  key: SigningKey,
): Promise<SigningKey> {
  const trial = randomBytes(32);
  if (!verifySignature(scheme, certificate.publicKey, trial, await key.sign(trial))) throw keyMismatch(certificate);
  return key;
}
