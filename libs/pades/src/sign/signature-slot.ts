import { PadesError } from '../errors';
import { type Increment, type PdfDict, type PdfRef } from '../syntax';
import { writeDict } from '../syntax/writer';

const RANGE_ROOM = ' '.repeat(48);

/** The four numbers of /ByteRange: everything from the first byte to the last, but for the /Contents string. */
export type ByteRange = readonly [0, number, number, number];

/**
 * A file that is complete but for the value of one signature: its `/Contents` is a hexadecimal string of zeros, and
 * everything around that string is what the signature covers (ISO 32000-2 §12.8.1).
 */
export class SignatureSlot {
  private constructor(
    /** The whole file. `fill` writes into it. */
    readonly bytes: Buffer,
    readonly byteRange: ByteRange,
  ) {}

  /**
   * Writes the increment with `dictionary` as object `ref`, to which it adds /ByteRange and room for `room` octets of
   * signature.
   */
  static write(increment: Increment, ref: PdfRef, dictionary: PdfDict, room: number): SignatureSlot {
    const text = writeDict(dictionary).slice(0, -2);
    const beforeRange = `${text} /ByteRange `;
    const beforeContents = `${beforeRange}${RANGE_ROOM} /Contents `;
    increment.setBody(ref, `${beforeContents}<${'0'.repeat(room * 2)}>>>`);
    const { bytes: update, offsets } = increment.write();
    const bytes = Buffer.concat([increment.file.bytes, update]);
    const body = (offsets.get(ref.number) ?? 0) + `${ref.number} ${ref.generation} obj\n`.length;
    const gapStart = body + beforeContents.length;
    const gapEnd = gapStart + room * 2 + 2;
    const byteRange = [0, gapStart, gapEnd, bytes.length - gapEnd] as const;
    bytes.write(`[${byteRange.join(' ')}]`, body + beforeRange.length, 'latin1');
    return new SignatureSlot(bytes, byteRange);
  }

  /** A slot of a file written earlier. The caller makes sure that the range is that file's. */
  static reopen(bytes: Buffer, byteRange: ByteRange): SignatureSlot {
    return new SignatureSlot(bytes, byteRange);
  }

  /** What the signature covers, without copying. */
  get covered(): readonly [Buffer, Buffer] {
    const [, before, after, rest] = this.byteRange;
    return [this.bytes.subarray(0, before), this.bytes.subarray(after, after + rest)];
  }

  /** Puts the DER of the signature in place; answers the whole, signed file. */
  fill(signature: Buffer): Buffer {
    const [, before, after] = this.byteRange;
    if (signature.length * 2 > after - before - 2) {
      throw new PadesError(
        'signature-too-large',
        `the signature takes ${signature.length} octets, more than were reserved`,
      );
    }
    this.bytes.write(signature.toString('hex').padEnd(after - before - 2, '0'), before + 1, 'latin1');
    return this.bytes;
  }
}
