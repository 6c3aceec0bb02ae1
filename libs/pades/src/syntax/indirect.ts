import { damaged } from '../errors';
import { Parser } from './parser';
import { PdfDict, PdfRef, PdfStream, type PdfValue } from './values';

export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfValue;
  /** First byte of `N G obj`, and the byte after `endobj`. */
  readonly start: number;
  readonly end: number;
}

/** Gives the object a stream's /Length refers to. */
export type Resolve = (ref: PdfRef) => PdfValue;

/** Reads `N G obj … endobj` at exactly this byte (ISO 32000-2 §7.3.10). */
export function readIndirect(bytes: Buffer, start: number, resolve: Resolve): IndirectObject {
  const parser = new Parser(bytes, start);
  const number = parser.integer('an object number');
  parser.skipWhite();
  const generation = parser.integer('a generation number');
  parser.skipWhite();
  parser.expect('obj');
  const value = parser.value();
  parser.skipWhite();
  if (!(value instanceof PdfDict) || !parser.take('stream')) {
    parser.expect('endobj');
    return { number, generation, value, start, end: parser.position };
  }
  const stream = new PdfStream(value, streamData(parser, value, resolve));
  parser.skipWhite();
  parser.expect('endstream');
  parser.skipWhite();
  parser.expect('endobj');
  return { number, generation, value: stream, start, end: parser.position };
}

/** The data begins after one line end and is exactly /Length bytes long (ISO 32000-2 §7.3.8.1). */
function streamData(parser: Parser, dict: PdfDict, resolve: Resolve): Buffer {
  const { bytes } = parser;
  let from = parser.position;
  if (bytes[from] === 13) from++;
  if (bytes[from] !== 10) throw damaged('a stream without a line end before its data', from);
  from++;
  const entry = dict.get('Length');
  const length = entry instanceof PdfRef ? resolve(entry) : entry;
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || from + length > bytes.length) {
    throw damaged('a stream with a wrong length', from);
  }
  parser.position = from + length;
  return bytes.subarray(from, from + length);
}
