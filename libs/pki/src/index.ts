export {
  type HashName,
  type PublicKeyFacts,
  type SignatureAlgorithm,
  type SignatureScheme,
  type SigningHash,
  digest,
  digestParts,
  hashLength,
} from './algorithms';
export * from './certificate';
export * from './cms';
export { PkiError, type PkiErrorCode } from './errors';
export { type HttpExchange, type HttpPort, exchangeOverHttp } from './http/http-exchange';
export * from './issuing';
export * from './keys';
export { type AlgorithmPolicy, allowsKey, allowsScheme, nationalAlgorithms } from './path/algorithm-policy';
export * from './revocation';
export * from './timestamp';
export * from './validation';
