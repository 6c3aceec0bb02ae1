import { damaged, PadesError } from '../errors';
import type { PdfFile } from './file';
import { isArray, PdfDict, PdfRef, type PdfValue } from './values';

const MAX_TREE_DEPTH = 64;

export interface Page {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** The page's ancestors, nearest first, from which it inherits what it does not say itself (ISO 32000-2 §7.7.3.4). */
  readonly ancestors: readonly PdfDict[];
}

/** How many pages the file says it has. */
export function pageCount(file: PdfFile): number {
  const count = file.dict(file.catalog.get('Pages'))?.get('Count');
  return typeof count === 'number' ? count : 0;
}

/**
 * The page with this number, from 0 on; negative numbers count from the end (-1 the last). Subtrees before it are
 * skipped by their /Count, so the first page of a thousand is found as fast as the first of two.
 */
export function findPage(file: PdfFile, number: number): Page {
  const count = pageCount(file);
  let left = number < 0 ? count + number : number;
  if (left < 0 || left >= count) throw new PadesError('anchor-not-found', `the file has no page ${number}`);
  const ancestors: PdfDict[] = [];
  let node = file.catalog.get('Pages');
  for (let depth = 0; depth < MAX_TREE_DEPTH; depth++) {
    const dict = file.dict(node);
    if (!dict) throw damaged('a page tree with a missing node');
    const kids = file.resolve(dict.get('Kids'));
    if (!isArray(kids)) {
      if (!(node instanceof PdfRef)) throw damaged('a page that is no object of its own');
      return { ref: node, dict, ancestors };
    }
    ancestors.unshift(dict);
    if (kids.length === dict.get('Count')) {
      // As many children as pages: each is a page.
      node = kids[left];
      left = 0;
      continue;
    }
    node = undefined;
    for (const kid of kids) {
      const pages = leaves(file, kid);
      if (left < pages) {
        node = kid;
        break;
      }
      left -= pages;
    }
  }
  throw new PadesError('too-complex', 'the page tree is too deep');
}

function leaves(file: PdfFile, node: PdfValue): number {
  const dict = file.dict(node);
  const count = dict?.get('Kids') === undefined ? 1 : dict.get('Count');
  return typeof count === 'number' ? count : 0;
}

/** An inheritable attribute: /MediaBox, /CropBox, /Rotate or /Resources. */
export function inherited(file: PdfFile, page: Page, key: string): PdfValue | undefined {
  for (const dict of [page.dict, ...page.ancestors]) {
    const value = file.resolve(dict.get(key));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The nodes above a page that was not reached through the tree, nearest first. */
export function ancestorsOf(file: PdfFile, page: PdfDict): PdfDict[] {
  const ancestors: PdfDict[] = [];
  for (
    let node = file.dict(page.get('Parent'));
    node && ancestors.length < MAX_TREE_DEPTH;
    node = file.dict(node.get('Parent'))
  ) {
    ancestors.push(node);
  }
  return ancestors;
}
