/** What a document is: codes, ids, kinds, statuses and the way of a delivery. Pure. */
export * from './agency-code';
export * from './delivery-state';
export * from './directory-file';
export * from './directory-row';
export * from './document-reference';
export * from './events';
export * from './file-name';
export * from './ids';
export * from './kinds';
export * from './problems';
export * from './refusal';
export * from './secrecy';
export * from './status';
export * from './succession';
export * from './urgency';
export * from './vietnam-time';
