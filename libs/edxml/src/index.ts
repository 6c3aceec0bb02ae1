/** edXML messages (QCVN 102:2016/BTTTT) in and out. Pure. */
export type { EdxmlAttachment } from './attachments/attachment';
export type { ContentForm, ContentReceiver } from './attachments/intake';
export { type CheckFinding, checkEdxml, type EdxmlCheck } from './check';
export {
  type EdxmlFinding,
  ERROR_CODES,
  type ErrorCode,
  type FindingCode,
  WARNING_CODES,
  type WarningCode,
} from './findings';
export * from './message/message';
export type { Outline } from './message/outline';
export { type EdxmlReading, readEdxml, type ReadOptions } from './read';
export type { EnvelopeSignature } from './signature/envelope-signature';
export type { EnvelopeSigner } from './signature/sign';
export { type OutgoingAttachment, writeEdxml, type WriteOptions } from './write/write';
