import { isArray, Parser, PdfDict, type PdfFile, PdfStream, PdfString, type PdfValue } from '../syntax';
import { decodeContent } from './content';

/** One character of a shown string: what it says, and how far it moves the pen, in thousandths of the font size. */
export interface ShownCharacter {
  readonly text: string;
  readonly advance: number;
  /** Single-byte code 32, to which word spacing applies (ISO 32000-2 §9.3.3). */
  readonly isSpace: boolean;
}

export interface TextFont {
  read(bytes: Buffer): ShownCharacter[];
}

/** Near enough for a standard font, whose widths a file need not give. */
const USUAL_WIDTH = 500;

/** How to read strings shown in a font: by its /ToUnicode, else as Latin text (ISO 32000-2 §9.10.2). */
export function textFont(file: PdfFile, dict: PdfDict): TextFont {
  const toUnicode = file.resolve(dict.get('ToUnicode'));
  const meanings =
    toUnicode instanceof PdfStream ? readToUnicode(decodeContent(file, toUnicode)) : new Map<number, string>();
  if (dict.name('Subtype') === 'Type0') {
    const [descendant] = file.array(dict.get('DescendantFonts')) ?? [];
    const widths = compositeWidths(file, file.dict(descendant) ?? new PdfDict());
    return { read: (bytes) => codes(bytes, 2).map((code) => character(code, meanings.get(code) ?? '', widths, false)) };
  }
  const widths = simpleWidths(file, dict);
  const letter = (code: number): string => meanings.get(code) ?? String.fromCharCode(code);
  return { read: (bytes) => codes(bytes, 1).map((code) => character(code, letter(code), widths, code === 32)) };
}

type Widths = (code: number) => number;

function character(code: number, text: string, widths: Widths, isSpace: boolean): ShownCharacter {
  return { text, advance: widths(code), isSpace };
}

function codes(bytes: Buffer, length: 1 | 2): number[] {
  const found: number[] = [];
  for (let at = 0; at + length <= bytes.length; at += length) found.push(bytes.readUIntBE(at, length));
  return found;
}

function simpleWidths(file: PdfFile, dict: PdfDict): Widths {
  const widths = file.array(dict.get('Widths')) ?? [];
  const first = dict.get('FirstChar');
  const start = typeof first === 'number' ? first : 0;
  return (code) => {
    const width = widths[code - start];
    return typeof width === 'number' ? width : USUAL_WIDTH;
  };
}

/** /W is `c [w1 w2 …]` and `first last w` in any mixture (ISO 32000-2 §9.7.4.3). */
function compositeWidths(file: PdfFile, descendant: PdfDict): Widths {
  const items = file.array(descendant.get('W')) ?? [];
  const widths = new Map<number, number>();
  for (let i = 0; i < items.length;) {
    const [first, second, third] = [items[i], file.resolve(items[i + 1]), items[i + 2]];
    if (typeof first !== 'number') break;
    if (isArray(second)) {
      for (const [k, width] of second.entries()) if (typeof width === 'number') widths.set(first + k, width);
      i += 2;
    } else if (typeof second === 'number' && typeof third === 'number' && second - first < 0x10000) {
      for (let code = first; code <= second; code++) widths.set(code, third);
      i += 3;
    } else break;
  }
  const usual = descendant.get('DW');
  return (code) => widths.get(code) ?? (typeof usual === 'number' ? usual : 1000);
}

/** The `bfchar` and `bfrange` sections of a ToUnicode CMap. */
function readToUnicode(cmap: Buffer): Map<number, string> {
  const meanings = new Map<number, string>();
  const text = cmap.toString('latin1');
  for (const section of text.matchAll(/beginbf(char|range)([^]*?)endbf/g)) {
    const parser = new Parser(Buffer.from(`[${section[2] ?? ''}]`, 'latin1'));
    const items = parser.value();
    if (!isArray(items)) continue;
    if (section[1] === 'char')
      for (let i = 0; i + 1 < items.length; i += 2) setMeaning(meanings, items[i], items[i], items[i + 1]);
    else for (let i = 0; i + 2 < items.length; i += 3) setMeaning(meanings, items[i], items[i + 1], items[i + 2]);
  }
  return meanings;
}

function setMeaning(
  meanings: Map<number, string>,
  from: PdfValue | undefined,
  to: PdfValue | undefined,
  target: PdfValue | undefined,
): void {
  const [first, last] = [codeOf(from), codeOf(to)];
  if (first === undefined || last === undefined || last - first >= 0x10000) return;
  for (let code = first; code <= last; code++) {
    const listed = isArray(target) ? target[code - first] : target;
    if (!(listed instanceof PdfString)) continue;
    const bytes = Buffer.from(listed.bytes);
    // The last byte of a range's target counts up with the code (ISO 32000-2 §9.10.3).
    if (!isArray(target) && bytes.length > 0) bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) + code - first;
    if (bytes.length % 2 === 0) meanings.set(code, bytes.swap16().toString('utf16le'));
  }
}

function codeOf(value: PdfValue | undefined): number | undefined {
  return value instanceof PdfString && value.bytes.length > 0 && value.bytes.length <= 4
    ? value.bytes.readUIntBE(0, value.bytes.length)
    : undefined;
}
