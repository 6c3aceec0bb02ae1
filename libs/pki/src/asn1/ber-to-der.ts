import { PkiError } from '../errors';
import { DerReader } from './der-reader';
import { element } from './der-writer';
import { Tag } from './tags';

const depthLimit = 32;

/**
 * Rewrites BER with indefinite or long-form lengths and strings in pieces as definite-length encodings.
 * Only for containers that no signature covers as such: PKCS#12 files, and the SignedData that NSS makes.
 */
export function berToDer(bytes: Buffer): Buffer {
  const { der, end } = convert(bytes, 0, bytes.length, 0);
  if (end !== bytes.length) throw new PkiError('DER_MALFORMED', `octets follow where none may (octet ${end})`);
  return der;
}

/** As `berToDer`, of the first element alone; `end` is where it ends in `bytes`. */
export const firstBerToDer = (bytes: Buffer): { der: Buffer; end: number } => convert(bytes, 0, bytes.length, 0);

function convert(source: Buffer, start: number, limit: number, depth: number): { der: Buffer; end: number } {
  const refuse = (why: string): never => {
    throw new PkiError('DER_MALFORMED', `${why} (octet ${start})`);
  };
  const tag = source[start];
  const first = source[start + 1];
  if (start + 2 > limit || tag === undefined || first === undefined) return refuse('the encoding ends early');
  if (depth > depthLimit) return refuse('nested too deeply');
  const isConstructed = (tag & 0x20) !== 0;
  let content = start + 2;
  let end = limit;
  const indefinite = first === 0x80;
  if (!indefinite) {
    let length = first;
    if (first > 0x80) {
      const octets = first & 0x7f;
      if (octets > 4 || content + octets > limit) return refuse('a length is too long');
      length = source.readUIntBE(content, octets);
      content += octets;
    }
    end = content + length;
    if (end > limit) return refuse('an element ends beyond its container');
    if (!isConstructed) return { der: element(tag, source.subarray(content, end)), end };
  } else if (!isConstructed) return refuse('a primitive element has no length');

  const parts: Buffer[] = [];
  let position = content;
  while (position < end) {
    if (indefinite && source[position] === 0 && source[position + 1] === 0) break;
    const part = convert(source, position, end, depth + 1);
    parts.push(part.der);
    position = part.end;
  }
  if (indefinite) {
    if (position + 2 > end) return refuse('an indefinite length has no end');
    position += 2;
  }
  return { der: assemble(tag, parts), end: position };
}

/** A constructed string is its pieces put together. */
function assemble(tag: number, parts: readonly Buffer[]): Buffer {
  if (tag !== (Tag.OctetString | 0x20)) return element(tag, ...parts);
  return element(Tag.OctetString, ...parts.map((part) => DerReader.of(part).next().content));
}
