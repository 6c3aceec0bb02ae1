import { inflateSync } from 'node:zlib';

import { damaged, PadesError } from '../errors';
import { isArray, PdfDict, type PdfStream, PdfName } from './values';

/**
 * Decodes a stream of the file's own structure (cross-reference or object stream) into at most `limit` bytes.
 * Only Flate is used for these in practice; any other filter is refused rather than guessed at.
 */
export function decodeStructure(stream: PdfStream, limit: number): Buffer {
  const filter = single(stream.dict.get('Filter'));
  if (filter === undefined) return stream.raw;
  if (!(filter instanceof PdfName) || filter.value !== 'FlateDecode')
    throw damaged('a structure stream with an unknown filter');
  const parameters = single(stream.dict.get('DecodeParms'));
  return unpredict(inflate(stream.raw, limit), parameters instanceof PdfDict ? parameters : new PdfDict());
}

function single(value: ReturnType<PdfDict['get']>): ReturnType<PdfDict['get']> {
  if (!isArray(value)) return value;
  if (value.length > 1) throw damaged('a structure stream with several filters');
  return value[0] ?? undefined;
}

/** Inflates, but never past `limit`: a few kilobytes can promise gigabytes. */
export function inflate(data: Buffer, limit: number): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, limit) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new PadesError('too-complex', `a stream unpacks to more than ${limit} bytes`);
    throw damaged('a stream that does not unpack');
  }
}

/** Undoes the PNG predictors (ISO 32000-2 §7.4.4.4). */
function unpredict(data: Buffer, parameters: PdfDict): Buffer {
  const predictor = parameters.get('Predictor') ?? 1;
  if (predictor === 1) return data;
  if (typeof predictor !== 'number' || predictor < 10) throw damaged('a structure stream with an unknown predictor');
  const columns = parameters.get('Columns') ?? 1;
  const colors = parameters.get('Colors') ?? 1;
  const bits = parameters.get('BitsPerComponent') ?? 8;
  if (
    typeof columns !== 'number' ||
    !Number.isInteger(columns) ||
    columns < 1 ||
    columns > 1 << 16 ||
    colors !== 1 ||
    bits !== 8
  ) {
    throw damaged('a structure stream with unknown predictor parameters');
  }
  if (data.length % (columns + 1) !== 0) throw damaged('a structure stream with a broken row');
  const rows = data.length / (columns + 1);
  const out = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row++) unpredictRow(data, row, columns, out);
  return out;
}

function unpredictRow(data: Buffer, row: number, columns: number, out: Buffer): void {
  const from = row * (columns + 1);
  const to = row * columns;
  const type = data[from] ?? 0;
  if (type > 4) throw damaged('a structure stream with an unknown row filter');
  for (let i = 0; i < columns; i++) {
    const left = i > 0 ? (out[to + i - 1] ?? 0) : 0;
    const up = row > 0 ? (out[to + i - columns] ?? 0) : 0;
    const upLeft = i > 0 && row > 0 ? (out[to + i - columns - 1] ?? 0) : 0;
    out[to + i] = (data[from + 1 + i] ?? 0) + predicted(type, left, up, upLeft);
  }
}

function predicted(type: number, left: number, up: number, upLeft: number): number {
  switch (type) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4:
      return paeth(left, up, upLeft);
    default:
      return 0;
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
