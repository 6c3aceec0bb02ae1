import { damaged } from '../errors';
import { decodeStructure } from './filters';
import { readIndirect } from './indirect';
import { Parser } from './parser';
import { isArray, PdfDict, PdfRef, PdfStream } from './values';

/** Where an object lives: nowhere, at a byte of the file, or as the n-th member of an object stream. */
export type XrefEntry =
  | { readonly kind: 'free' }
  | { readonly kind: 'plain'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'packed'; readonly stream: number; readonly index: number };

/** One run of consecutively numbered entries; `base` is where its first entry lies in the table or the decoded stream. */
interface Run {
  readonly first: number;
  readonly count: number;
  readonly base: number;
}

/** One cross-reference section: what a single save of the file wrote. Entries are read only when asked for. */
export interface XrefSection {
  readonly form: 'table' | 'stream';
  /** Where `xref`, or the stream's object, begins. */
  readonly offset: number;
  /** The byte after the trailer dictionary, or after the stream's `endobj`. */
  readonly end: number;
  readonly trailer: PdfDict;
  /** The stream's own object number. */
  readonly self?: number;
  /** How many objects it lists, and the bytes of memory its decoding took. */
  readonly count: number;
  readonly unpacked: number;
  lookup(number: number): XrefEntry | undefined;
  numbers(): Iterable<number>;
}

const FREE: XrefEntry = { kind: 'free' };
const TABLE_ENTRY = 20;

/** Reads the section that begins at exactly `offset`; a stream unpacks to at most `limit` bytes. */
export function readXref(bytes: Buffer, offset: number, limit: number): XrefSection {
  if (offset >= bytes.length) throw damaged('a cross-reference beyond the end of the file', offset);
  const parser = new Parser(bytes, offset);
  return parser.take('xref') ? readTable(parser, offset) : readStream(bytes, offset, limit);
}

/** ISO 32000-2 §7.5.4: subsections of entries that are exactly 20 bytes, so one is found without reading the others. */
function readTable(parser: Parser, offset: number): XrefSection {
  const { bytes } = parser;
  const runs: Run[] = [];
  parser.skipWhite();
  while (!parser.take('trailer')) {
    const first = parser.integer('a subsection or the trailer');
    parser.skipWhite();
    const count = parser.integer('a number of entries');
    parser.skipWhite();
    const base = parser.position;
    if (count > (bytes.length - base) / TABLE_ENTRY) throw damaged('a subsection longer than the file', base);
    runs.push({ first, count, base });
    parser.position = base + count * TABLE_ENTRY;
    parser.skipWhite();
  }
  const trailer = parser.value();
  if (!(trailer instanceof PdfDict)) throw damaged('a trailer that is not a dictionary', parser.position);
  sortRuns(runs, offset);
  return {
    form: 'table',
    offset,
    end: parser.position,
    trailer,
    count: countOf(runs),
    unpacked: 0,
    lookup: (number) => {
      const at = locate(runs, number, TABLE_ENTRY);
      return at === undefined ? undefined : tableEntry(bytes, at);
    },
    numbers: () => numbersOf(runs),
  };
}

/** `nnnnnnnnnn ggggg n` and a two-byte line end. */
function tableEntry(bytes: Buffer, at: number): XrefEntry {
  const text = bytes.toString('latin1', at, at + TABLE_ENTRY);
  if (!/^\d{10} \d{5} [nf]( \r| \n|\r\n)$/.test(text)) throw damaged('a malformed cross-reference entry', at);
  if (text[17] === 'f') return FREE;
  return { kind: 'plain', offset: Number(text.slice(0, 10)), generation: Number(text.slice(11, 16)) };
}

/** ISO 32000-2 §7.5.8. */
function readStream(bytes: Buffer, offset: number, limit: number): XrefSection {
  const object = readIndirect(bytes, offset, () => null);
  const stream = object.value;
  if (!(stream instanceof PdfStream) || stream.dict.name('Type') !== 'XRef')
    throw damaged('no cross-reference here', offset);
  const widths = fieldWidths(stream.dict, offset);
  const width = widths.reduce((sum, w) => sum + w, 0);
  const data = decodeStructure(stream, limit);
  const runs: Run[] = [];
  let base = 0;
  for (const [first, count] of indexOf(stream.dict, offset)) {
    runs.push({ first, count, base });
    base += count * width;
  }
  if (width === 0 || base > data.length) throw damaged('a cross-reference stream that is too short', offset);
  sortRuns(runs, offset);
  return {
    form: 'stream',
    offset,
    end: object.end,
    trailer: stream.dict,
    self: object.number,
    count: countOf(runs),
    unpacked: data.length,
    lookup: (number) => {
      const at = locate(runs, number, width);
      return at === undefined ? undefined : streamEntry(data, at, widths, offset);
    },
    numbers: () => numbersOf(runs),
  };
}

function fieldWidths(dict: PdfDict, offset: number): readonly [number, number, number] {
  const widths = dict.get('W');
  if (!isArray(widths) || widths.length !== 3) throw damaged('a cross-reference stream without field widths', offset);
  const [type, second, third] = widths;
  for (const width of widths) {
    if (typeof width !== 'number' || !Number.isInteger(width) || width < 0 || width > 6) {
      throw damaged('a cross-reference stream with odd field widths', offset);
    }
  }
  return [type as number, second as number, third as number];
}

function indexOf(dict: PdfDict, offset: number): (readonly [number, number])[] {
  const index = dict.get('Index') ?? [0, dict.get('Size') ?? 0];
  if (!isArray(index) || index.length % 2 !== 0) throw damaged('a cross-reference stream with an odd index', offset);
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < index.length; i += 2) {
    const [first, count] = [index[i], index[i + 1]];
    if (!isCount(first) || !isCount(count)) throw damaged('a cross-reference stream with an odd index', offset);
    pairs.push([first, count]);
  }
  return pairs;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

function streamEntry(
  data: Buffer,
  at: number,
  [type, second, third]: readonly [number, number, number],
  offset: number,
): XrefEntry {
  const field = (from: number, width: number): number => (width === 0 ? 0 : data.readUIntBE(from, width));
  const a = field(at + type, second);
  const b = field(at + type + second, third);
  switch (type === 0 ? 1 : field(at, type)) {
    case 0:
      return FREE;
    case 1:
      return { kind: 'plain', offset: a, generation: b };
    case 2:
      return { kind: 'packed', stream: a, index: b };
    default:
      throw damaged('a cross-reference stream with an unknown kind of entry', offset);
  }
}

/** Runs are in order, so the one that may hold a number is found by halving. */
function locate(runs: readonly Run[], number: number, width: number): number | undefined {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.first ?? 0) <= number) low = middle + 1;
    else high = middle;
  }
  const run = runs[low - 1];
  return run && number - run.first < run.count ? run.base + (number - run.first) * width : undefined;
}

function* numbersOf(runs: readonly Run[]): Iterable<number> {
  for (const run of runs) for (let i = 0; i < run.count; i++) yield run.first + i;
}

function countOf(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + run.count, 0);
}

/** A section that lists one object twice means different things to different readers. */
function sortRuns(runs: Run[], offset: number): void {
  runs.sort((a, b) => a.first - b.first || a.count - b.count);
  let next = 0;
  for (const run of runs) {
    if (run.count === 0) continue;
    if (run.first < next) throw damaged('a cross-reference that lists an object twice', offset);
    next = run.first + run.count;
  }
}

/** /Prev and /XRefStm: byte offsets, written as direct integers. */
export function offsetEntry(trailer: PdfDict, key: 'Prev' | 'XRefStm'): number | undefined {
  const value = trailer.get(key);
  if (value === undefined) return undefined;
  if (value instanceof PdfRef || !isCount(value)) throw damaged(`a trailer with a malformed /${key}`);
  return value;
}
