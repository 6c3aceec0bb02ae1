import { isArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from './values';

/** The object in PDF syntax. Streams are written by `writeStream`: their data is bytes, not text. */
export function writeValue(value: Exclude<PdfValue, PdfStream>): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value);
  if (value instanceof PdfName) return writeName(value.value);
  if (value instanceof PdfRef) return `${value.number} ${value.generation} R`;
  if (value instanceof PdfString) return value.hex ? `<${value.bytes.toString('hex')}>` : writeLiteral(value.bytes);
  if (value instanceof PdfDict) return writeDict(value);
  if (isArray(value)) return `[${value.map(writeMember).join(' ')}]`;
  throw new TypeError('not a PDF object');
}

/** ISO 32000-2 §7.3.8.1: a stream is always an indirect object. */
function writeMember(value: PdfValue): string {
  if (value instanceof PdfStream) throw new TypeError('a stream inside another object');
  return writeValue(value);
}

export function writeDict(dict: PdfDict): string {
  const parts: string[] = [];
  for (const [key, value] of dict.entries) parts.push(`${writeName(key)} ${writeMember(value)}`);
  return `<<${parts.join(' ')}>>`;
}

export function writeStream(stream: PdfStream): Buffer {
  const head = writeDict(stream.dict.with({ Length: stream.raw.length }));
  return Buffer.concat([Buffer.from(`${head}\nstream\n`, 'latin1'), stream.raw, Buffer.from('\nendstream', 'latin1')]);
}

/**
 * PDF has no exponents (ISO 32000-2 §7.3.3). Every digit is kept: an object written again must say exactly what it said,
 * or it would count as changed.
 */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('not a PDF number');
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text;
}

function writeName(name: string): string {
  const escaped = name.replace(
    /[^!-~]|[#()<>[\]{}/%]/g,
    (char) => `#${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `/${escaped}`;
}

function writeLiteral(bytes: Buffer): string {
  return `(${bytes.toString('latin1').replace(/[\\()\r]/g, (char) => (char === '\r' ? '\\r' : `\\${char}`))})`;
}
