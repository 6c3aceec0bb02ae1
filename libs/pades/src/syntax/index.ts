export { PdfFile } from './file';
export { Increment } from './increment';
export { readIndirect } from './indirect';
export { Parser } from './parser';
export { dateString, readDate, readText, textString } from './text';
export * from './values';
export type { XrefEntry, XrefSection } from './xref';
