export {
  type HashName,
  type SigningHash,
  algorithmIdentifier,
  decodeHashAlgorithm,
  digest,
  digestParts,
  encodeDigestInfo,
  encodeHashAlgorithm,
  hashLength,
} from './hash';
export { type PublicKeyFacts, importPublicKey, isStrongKey, publicKeyFacts } from './public-key';
export {
  type SignatureAlgorithm,
  type SignatureScheme,
  decodeSignatureScheme,
  encodeSignatureScheme,
  signingScheme,
} from './signature-scheme';
export { keyFits, signWith, verifySignature } from './verify-signature';
