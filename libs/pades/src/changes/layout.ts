import { type PdfFile, Parser, type PdfRef, readIndirect, type XrefSection } from '../syntax';

/**
 * Whether the bytes from `start` on are nothing but the objects, cross-references and file ends of the `later`
 * revisions. Anything else, such as an object that no cross-reference lists, is invisible to a strict reader and shown
 * by one that repairs: the incremental saving attack.
 */
export function isWellLaidOut(file: PdfFile, start: number, later: readonly XrefSection[]): boolean {
  const parser = new Parser(file.bytes, start);
  const resolve = (ref: PdfRef) => file.object(ref);
  for (;;) {
    parser.skipWhite();
    if (parser.position >= file.bytes.length) return true;
    const at = parser.position;
    const section = later.find(({ offset }) => offset === at);
    if (section) {
      parser.position = section.end;
    } else if (parser.take('startxref')) {
      parser.skipWhite();
      const offset = parser.takeInteger();
      if (!later.some((one) => one.offset === offset)) return false;
    } else {
      const object = readIndirect(file.bytes, at, resolve);
      if (!later.some((one) => listsAt(one, object.number, at))) return false;
      parser.position = object.end;
    }
  }
}

function listsAt(section: XrefSection, number: number, offset: number): boolean {
  const entry = section.lookup(number);
  return entry?.kind === 'plain' && entry.offset === offset;
}
