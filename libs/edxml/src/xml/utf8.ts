import { isUtf8 } from 'node:buffer';

export type Decoded =
  | { readonly kind: 'text'; readonly text: string }
  /** `text` is what could be read before the bytes that are not UTF-8. */
  | { readonly kind: 'invalid'; readonly text: string }
  | { readonly kind: 'other_encoding'; readonly encoding: string };

/** First bytes of encodings other than UTF-8, with and without a byte order mark (XML 1.0, appendix F). */
const OTHER_ENCODINGS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0x00, 0x00]],
  ['UTF-32', [0x00, 0x00, 0xfe, 0xff]],
  ['UTF-32', [0x3c, 0x00, 0x00, 0x00]],
  ['UTF-32', [0x00, 0x00, 0x00, 0x3c]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
  ['UTF-16', [0x00, 0x3c]],
  ['UTF-16', [0x3c, 0x00]],
];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes to text, chunk by chunk; a character may be cut by the end of a chunk. */
export class Utf8Decoder {
  private rest = Buffer.alloc(0);
  private begun = false;

  decode(chunk: Uint8Array): Decoded {
    const bytes = Buffer.concat([this.rest, chunk]);
    if (!this.begun && bytes.length < 4) {
      this.rest = bytes;
      return { kind: 'text', text: '' };
    }
    return this.take(bytes, wholeCharacters(bytes));
  }

  end(): Decoded {
    return this.take(this.rest, this.rest.length);
  }

  private take(bytes: Buffer, length: number): Decoded {
    let from = 0;
    if (!this.begun) {
      this.begun = true;
      const other = OTHER_ENCODINGS.find(([, first]) => first.every((byte, index) => bytes[index] === byte));
      if (other) return { kind: 'other_encoding', encoding: other[0] };
      if (bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) from = 3;
    }
    const ready = bytes.subarray(from, length);
    // A copy: a view would keep the whole chunk.
    this.rest = Buffer.from(bytes.subarray(length));
    if (isUtf8(ready)) return { kind: 'text', text: ready.toString('utf8') };
    return { kind: 'invalid', text: ready.subarray(0, firstInvalid(ready)).toString('utf8') };
  }
}

/** How many bytes hold whole characters, when the last one may be cut. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const expected = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return expected > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Where the first bytes stand that are not UTF-8, found by halving. */
function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, wholeCharacters(prefix)))) valid = middle;
    else invalid = middle;
  }
  return wholeCharacters(bytes.subarray(0, valid));
}
