export { type CertificateCase, type CertificateCaseAnswer, verifyCertificateCase } from './certificate-case';
export { type CertificateQuestion } from './certificate-question';
export { CertificateValidator, type CertificateVerdict } from './certificate-validator';
export { type Indication, type SubIndication } from './indication';
export { type CertificatePurpose } from './key-purpose';
export { type Problem, type ProblemCode, problemTexts } from './problem';
export { type TrustPolicy, trustPolicy } from './trust-policy';
export { type OnlineVerdict, validateOnline } from './validate-online';
