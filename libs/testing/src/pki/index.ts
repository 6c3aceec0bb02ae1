export { SoftToken, findSoftHsm } from './softhsm';
export { startOpensslResponder, startOpensslTimestamper } from './openssl-authority';
export { type PkiAnswer, type PkiServer, startPkiServer } from './pki-server';
export { TestAuthority } from './test-authority';
