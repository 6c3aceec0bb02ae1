export {
  CertificateAuthority,
  type IssueOptions,
  type IssuedKey,
  type KeyType,
  type StatusAddresses,
  type Validity,
  generatePrivateKey,
} from './certificate-authority';
export {
  directoryName,
  emailName,
  encodeAuthorityInfoAccess,
  encodeBasicConstraints,
  encodeCrlDistributionPoints,
  encodeExtendedKeyUsage,
  encodeExtension,
  encodeKeyUsage,
  encodePolicies,
  encodeSubjectAltName,
  uriName,
} from './extension-encoding';
export {
  type CertificateRequest,
  type Issuer,
  issueCertificate,
  issueSelfSigned,
  naturalScheme,
} from './issue-certificate';
export { type CrlRequest, type RevokedCertificate, issueCrl } from './issue-crl';
export { type OcspAnswerTimes, type OcspAuthority, answerOcspRequest } from './answer-ocsp';
export { answerTimestampRequest } from './answer-timestamp';
