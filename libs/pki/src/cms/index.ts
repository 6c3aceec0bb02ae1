export { type Attributes } from './attributes';
export {
  type CmsSigner,
  type DetachedSignature,
  addSignatureTimestamp,
  buildEnvelopingSignedData,
  buildSignedData,
  completeSignedData,
  encodeSignedAttributes,
  longestSignature,
  longestSignedData,
} from './build-signed-data';
export { CmsOid } from './oids';
export { type SignedData, type SignerIdentifier, type SignerInfo, parseSignedData } from './signed-data';
export { type SigningCertificateReference } from './signing-certificate';
export {
  type SignerExpectation,
  type SignerFailure,
  type SignerFailureCode,
  type SignerVerification,
  verifyDetached,
  verifySignerInfo,
} from './verify-signer';
