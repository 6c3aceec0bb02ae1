/** Signed receipts: evidence of each step that anyone can check without us. */
export type { Evidence, EvidenceFile } from './evidence';
export { type ReceiptFault, type ReceiptVerdict, signReceipt, verifyReceipt } from './receipt';
