export { PadesError, type PadesErrorCode } from './errors';
export type { DocMdp } from './permissions';
export { signPdf, type SignatureClaims, type SignOptions } from './sign/sign-pdf';
