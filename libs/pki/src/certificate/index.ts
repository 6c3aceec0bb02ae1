export { Certificate } from './certificate';
export {
  type CrlDistributionPoint,
  type DistributionPointName,
  type RevocationReasons,
  allReasons,
  distributionUrls,
  readDistributionPointName,
} from './distribution-point';
export { type RawExtension, readExtensions } from './extension-map';
export { ExtensionOid, KeyPurpose, anyPolicy } from './extension-oids';
export { type AuthorityKeyIdentifier, type BasicConstraints, CertificateExtensions } from './extensions';
export { type GeneralName, readGeneralName, readGeneralNames } from './general-name';
export { type KeyUsage, keyUsageNames } from './key-usage';
export { Name, type NameAttribute } from './name';
export { type NameConstraints } from './name-constraints';
export { readPem, writePem } from './pem';
export { type PolicyConstraints, type PolicyMapping } from './policies';
