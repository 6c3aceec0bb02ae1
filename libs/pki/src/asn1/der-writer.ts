import { Tag, constructed, primitive } from './tags';

/** DER encoders: each returns one whole element. */

export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.from([tag, ...lengthOctets(length)]);
  return Buffer.concat([header, ...content], header.length + length);
}

/** The shortest definite form (X.690 §10.1). */
function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(Tag.Sequence, ...parts);

/** SET OF: members in ascending order of their encodings (X.690 §11.6). */
export const setOf = (...members: readonly Uint8Array[]): Buffer =>
  element(Tag.Set, ...[...members].sort((a, b) => Buffer.compare(a, b)));

/** `[number] EXPLICIT`, or IMPLICIT over a constructed type whose members are `parts`. */
export const context = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
  element(constructed(number), ...parts);

/** `[number] IMPLICIT` over a primitive type whose content octets are `content`. */
export const contextPrimitive = (number: number, content: Uint8Array): Buffer => element(primitive(number), content);

export const boolean = (value: boolean): Buffer => element(Tag.Boolean, Buffer.from([value ? 0xff : 0]));
export const nullValue = (): Buffer => element(Tag.Null);
export const octetString = (bytes: Uint8Array): Buffer => element(Tag.OctetString, bytes);
export const bitString = (bytes: Uint8Array): Buffer => element(Tag.BitString, Buffer.from([0]), bytes);
export const utf8String = (text: string): Buffer => element(Tag.Utf8String, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Buffer => element(Tag.PrintableString, Buffer.from(text, 'latin1'));
export const ia5String = (text: string): Buffer => element(Tag.Ia5String, Buffer.from(text, 'latin1'));
export const enumerated = (value: number): Buffer => element(Tag.Enumerated, Buffer.from([value]));

/** A non-negative integer. */
export function integer(value: number | bigint): Buffer {
  const hex = value.toString(16);
  return unsignedInteger(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'));
}

/** A non-negative integer from its magnitude, most significant octet first. */
export function unsignedInteger(magnitude: Uint8Array): Buffer {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const shortest = magnitude.subarray(start);
  return (shortest[0] ?? 0) >= 0x80 || shortest.length === 0
    ? element(Tag.Integer, Buffer.from([0]), shortest)
    : element(Tag.Integer, shortest);
}

/** A named bit list without trailing zero bits (X.690 §11.2.2). */
export function namedBits(numbers: readonly number[]): Buffer {
  if (numbers.length === 0) return element(Tag.BitString, Buffer.from([0]));
  const highest = Math.max(...numbers);
  const bytes = Buffer.alloc((highest >> 3) + 1);
  for (const bit of numbers) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return element(Tag.BitString, Buffer.from([7 - (highest & 7)]), bytes);
}

const encodedOids = new Map<string, Buffer>();

export function oid(dotted: string): Buffer {
  let encoded = encodedOids.get(dotted);
  if (encoded === undefined) {
    const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
    encoded = element(Tag.Oid, Buffer.from([first * 40n + second, ...rest].flatMap(base128)));
    if (encodedOids.size < 512) encodedOids.set(dotted, encoded);
  }
  return encoded;
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}

/** UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5), whole seconds. */
export function time(date: Date): Buffer {
  const year = date.getUTCFullYear();
  if (year < 1950 || year >= 2050) return generalizedTime(date);
  return element(Tag.UtcTime, Buffer.from(digits(date).slice(2) + 'Z', 'latin1'));
}

export const generalizedTime = (date: Date): Buffer =>
  element(Tag.GeneralizedTime, Buffer.from(digits(date) + 'Z', 'latin1'));

const digits = (date: Date): string => date.toISOString().slice(0, 19).replace(/[-T:]/g, '');
