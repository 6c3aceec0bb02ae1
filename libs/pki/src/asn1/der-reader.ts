import { PkiError } from '../errors';
import { decodeOid, decodeText, decodeTime } from './der-values';
import { Tag } from './tags';

/** One encoded element: a window on the bytes it was read from, copied only when a value is asked for. */
export class DerElement {
  constructor(
    readonly source: Buffer,
    readonly start: number,
    readonly contentStart: number,
    readonly end: number,
  ) {}

  get tag(): number {
    return this.source[this.start] ?? -1;
  }

  /** Tag, length and content, as encoded. */
  get raw(): Buffer {
    return this.source.subarray(this.start, this.end);
  }

  get content(): Buffer {
    return this.source.subarray(this.contentStart, this.end);
  }

  /** The elements inside a constructed one. */
  children(): DerReader {
    return new DerReader(this.source, this.contentStart, this.end);
  }

  boolean(): boolean {
    const value = this.source[this.contentStart];
    // X.690 §11.1: one octet, 00 or FF
    if (this.end - this.contentStart !== 1 || (value !== 0 && value !== 0xff)) this.refuse('a boolean is 00 or FF');
    return value === 0xff;
  }

  /** Two's complement content octets of an INTEGER, checked to be the shortest form (X.690 §8.3.2). */
  integerBytes(): Buffer {
    const bytes = this.content;
    const first = bytes[0];
    const second = bytes[1] ?? 0;
    if (first === undefined) this.refuse('an integer has no octets');
    if (bytes.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
      this.refuse('an integer is longer than it must be');
    }
    return bytes;
  }

  /** A whole number of at most 48 bits: versions, lengths, counters. */
  integer(): number {
    const bytes = this.integerBytes();
    if (bytes.length > 6) this.refuse('an integer is too large here');
    return bytes.readIntBE(0, bytes.length);
  }

  /** A whole number of at most 512 bits: serial and CRL numbers, nonces. */
  bigInteger(): bigint {
    const bytes = this.integerBytes();
    if (bytes.length > 64) this.refuse('an integer is too large here');
    const unsigned = BigInt(`0x${bytes.toString('hex')}`);
    return (bytes[0] ?? 0) & 0x80 ? unsigned - (1n << BigInt(bytes.length * 8)) : unsigned;
  }

  oid(): string {
    return decodeOid(this.content) ?? this.refuse('an object identifier is malformed');
  }

  /** A BIT STRING of whole octets: keys and signatures. */
  bitOctets(): Buffer {
    const { bytes, unused } = this.bits();
    if (unused !== 0) this.refuse('a bit string ends inside an octet');
    return bytes;
  }

  /** A named bit list: the numbers of the bits that are set (X.690 §11.2). */
  bitNumbers(): ReadonlySet<number> {
    const { bytes } = this.bits();
    const numbers = new Set<number>();
    bytes.forEach((octet, index) => {
      for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) numbers.add(index * 8 + bit);
    });
    return numbers;
  }

  /** UTCTime or GeneralizedTime, in Z as RFC 5280 §4.1.2.5 demands. */
  time(): Date {
    return decodeTime(this.tag, this.content) ?? this.refuse('a time is malformed');
  }

  text(): string {
    return decodeText(this.tag, this.content) ?? this.refuse('a character string is malformed');
  }

  refuse(why: string): never {
    throw new PkiError('DER_MALFORMED', `${why} (octet ${this.start})`);
  }

  private bits(): { bytes: Buffer; unused: number } {
    const unused = this.source[this.contentStart];
    const bytes = this.source.subarray(this.contentStart + 1, this.end);
    if (this.end === this.contentStart || unused === undefined || unused > 7 || (unused > 0 && bytes.length === 0)) {
      this.refuse('a bit string has no valid count of unused bits');
    }
    if (unused > 0 && (bytes[bytes.length - 1] ?? 0) & ((1 << unused) - 1)) this.refuse('unused bits are not zero');
    return { bytes, unused };
  }
}

/** Reads elements one after another, in strict DER: definite, shortest lengths, single-octet tags, nothing left over. */
export class DerReader {
  constructor(
    private readonly source: Buffer,
    private position: number,
    private readonly end: number,
  ) {}

  static of(bytes: Uint8Array): DerReader {
    const source = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new DerReader(source, 0, source.length);
  }

  /** The only element of `bytes`: anything after it is refused. */
  static only(bytes: Uint8Array, tag: number): DerElement {
    const reader = DerReader.of(bytes);
    const element = reader.read(tag);
    reader.finish();
    return element;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  /** Tag of the next element, -1 at the end. */
  get nextTag(): number {
    return this.done ? -1 : (this.source[this.position] ?? -1);
  }

  /** Octets not read yet. */
  get rest(): Buffer {
    return this.source.subarray(this.position, this.end);
  }

  next(): DerElement {
    const { source, position: start, end } = this;
    const tag = source[start];
    const first = source[start + 1];
    if (start + 2 > end || tag === undefined || first === undefined) this.refuse('the encoding ends early');
    if ((tag & 0x1f) === 0x1f) this.refuse('tags above 30 do not occur here');
    let contentStart = start + 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets === 0) this.refuse('an indefinite length is not DER');
      if (octets > 4 || contentStart + octets > end) this.refuse('a length is too long');
      length = source.readUIntBE(contentStart, octets);
      contentStart += octets;
      if (length < 0x80 || length < 2 ** (8 * (octets - 1))) this.refuse('a length is not in its shortest form');
    }
    if (contentStart + length > end) this.refuse('an element ends beyond its container');
    this.position = contentStart + length;
    return new DerElement(source, start, contentStart, this.position);
  }

  read(tag: number): DerElement {
    if (this.nextTag !== tag)
      this.refuse(`expected tag ${hex(tag)}, found ${this.done ? 'the end' : hex(this.nextTag)}`);
    return this.next();
  }

  optional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.next() : undefined;
  }

  sequence(): DerReader {
    return this.read(Tag.Sequence).children();
  }

  /** All remaining elements. */
  *[Symbol.iterator](): Generator<DerElement, void> {
    while (!this.done) yield this.next();
  }

  /** Nothing may follow. */
  finish(): void {
    if (!this.done) this.refuse('octets follow where none may');
  }

  refuse(why: string): never {
    throw new PkiError('DER_MALFORMED', `${why} (octet ${this.position})`);
  }
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
