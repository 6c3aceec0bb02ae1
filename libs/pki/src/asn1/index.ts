export * as der from './der-writer';
export { DerElement, DerReader } from './der-reader';
export { Tag, constructed, primitive } from './tags';
