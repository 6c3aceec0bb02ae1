export { Crl } from './crl';
export { type CrlEntry } from './crl-entries';
export { type IssuingDistributionPoint } from './issuing-distribution-point';
export { type CertificateId, type OcspAnswer, OcspResponse } from './ocsp-response';
export { type RevocationEvidence, type RevocationMaterial, type RevocationStatus } from './revocation-status';
export { encodeOcspRequest } from './ocsp-request';
export {
  HttpRevocationSource,
  type RevocationFindings,
  type RevocationSource,
  type RevocationSourceOptions,
} from './revocation-source';
