/** Signed receipts: evidence of each step that anyone can check without us. */
export type { Evidence, EvidenceFile, EvidenceKind } from './evidence';
export { type ReceiptFault, type ReceiptVerdict, signReceipt, verifyReceipt } from './receipt';
