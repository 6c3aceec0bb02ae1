import { PadesError } from '../errors';
import { isArray, Parser, PdfDict, type PdfFile, PdfName, PdfStream, type PdfValue } from '../syntax';
import { inflate } from '../syntax/filters';

/** A page's drawing instructions do not come near this, in bytes. */
const MAX_CONTENT = 32 * 1024 * 1024;

/** The data of a content stream, form or CMap; empty when it is packed in a way that is not read here. */
export function decodeContent(file: PdfFile, stream: PdfStream): Buffer {
  const entry = file.resolve(stream.dict.get('Filter'));
  const filters = isArray(entry) ? entry.map((one) => file.resolve(one)) : entry === undefined ? [] : [entry];
  let data = stream.raw;
  for (const filter of filters) {
    if (!(filter instanceof PdfName) || filter.value !== 'FlateDecode') return Buffer.alloc(0);
    data = inflate(data, MAX_CONTENT);
  }
  return data;
}

export interface Operation {
  readonly operator: string;
  readonly operands: readonly PdfValue[];
}

/** The operations of a content stream, in order (ISO 32000-2 §7.8.2). Ends where the content is no longer readable. */
export function* operations(content: Buffer): Iterable<Operation> {
  const parser = new Parser(content);
  let operands: PdfValue[] = [];
  for (;;) {
    parser.skipWhite();
    if (parser.position >= content.length) return;
    const operator = readOperator(content, parser);
    if (operator === undefined) {
      const value = readOperand(parser);
      if (value === undefined) return;
      operands.push(value);
      continue;
    }
    yield { operator, operands };
    operands = [];
    if (operator === 'ID') skipInlineImage(content, parser);
  }
}

function readOperator(content: Buffer, parser: Parser): string | undefined {
  const match = /^(?!true\b|false\b|null\b)[A-Za-z'"][A-Za-z0-9*'"]*/.exec(
    content.toString('latin1', parser.position, parser.position + 16),
  );
  if (!match) return undefined;
  parser.position += match[0].length;
  return match[0];
}

function readOperand(parser: Parser): PdfValue | undefined {
  try {
    return parser.value();
  } catch (error) {
    if (error instanceof PadesError) return undefined;
    throw error;
  }
}

/** Inline image data ends at `EI` between white-space (ISO 32000-2 §8.9.7). */
function skipInlineImage(content: Buffer, parser: Parser): void {
  const match = /\s+EI(?=\s|$)/.exec(content.toString('latin1', parser.position));
  parser.position = match ? parser.position + match.index + match[0].length : content.length;
}

/** A page's content: one stream, or several that count as one. */
export function pageContent(file: PdfFile, page: PdfDict): Buffer {
  const contents = file.resolve(page.get('Contents'));
  const streams = isArray(contents) ? contents.map((one) => file.resolve(one)) : [contents];
  const parts = streams.flatMap((stream) =>
    stream instanceof PdfStream ? [decodeContent(file, stream), Buffer.from('\n')] : [],
  );
  return Buffer.concat(parts);
}
