export type { SignatureLook } from './appearance/look';
export type { Place } from './appearance/place';
export { PadesError, type PadesErrorCode } from './errors';
export type { DocMdp } from './permissions';
export { signPdf, type SignatureClaims, type SignOptions } from './sign/sign-pdf';
export type { Reason, ReasonCode } from './validate/reasons';
export type { PadesLevel, SignatureReport, ValidationReport, Verdict } from './validate/report';
export { validatePdf, type ValidationOptions } from './validate/validate-pdf';
export { addDocumentTimestamp } from './sign/document-timestamp';
export { extendPdf, type ExtendOptions } from './sign/extend-pdf';
export {
  completeSignature,
  type DeferredOptions,
  type PreparedSignature,
  prepareSignature,
  type SignatureTicket,
} from './sign/deferred';
export type { TimestampSource } from './sign/sign-pdf';
export { signToLevel, type SignedToLevel, type SignToLevelOptions } from './sign/sign-to-level';
export { reportJson } from './validate/report-json';
