import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

/** What a ZIP turned out to hold. */
export type ZipFinding =
  | { readonly kind: 'one_file'; readonly name: string; readonly size: number; readonly sha256: string }
  /** Several files, a folder, an encrypted one or a method this project does not read: left as it is. */
  | { readonly kind: 'other' }
  | { readonly kind: 'corrupted'; readonly detail: string }
  | { readonly kind: 'too_large' };

/** APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16. */
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const LOCAL_HEADER_LENGTH = 30;
/** The end record with the longest comment, and the directory entry of the one file before it. */
const TAIL = 22 + 65_535 + 1_024;

export function beginsZip(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === LOCAL_HEADER;
}

/**
 * Follows a ZIP as it streams by and inflates its first file, which is the content when it is the only one: whether it
 * is, and whether nothing is missing, the directory at the end tells.
 */
export class ZipEntryReader {
  private head = Buffer.alloc(0);
  private tail = Buffer.alloc(0);
  private body: 'waiting' | 'inflating' | 'copying' | 'ended' | 'unreadable' = 'waiting';
  private toCopy = 0;
  private inflater: InflateRaw | undefined;
  private inflated: Promise<void> = Promise.resolve();
  private inflateFault: string | undefined;
  private readonly hash = createHash('sha256');
  private crc = 0;
  private size = 0;

  /** `take` gets the first file's content, if it can be read. */
  constructor(
    private readonly take: (bytes: Buffer) => Promise<void>,
    private readonly limit: number,
  ) {}

  async write(bytes: Buffer): Promise<void> {
    this.tail = Buffer.concat([this.tail, bytes]).subarray(-TAIL);
    if (this.body !== 'waiting') return this.content(bytes);
    this.head = Buffer.concat([this.head, bytes]);
    if (this.head.length < LOCAL_HEADER_LENGTH) return;
    const start = LOCAL_HEADER_LENGTH + this.head.readUInt16LE(26) + this.head.readUInt16LE(28);
    if (this.head.length < start) return;
    this.begin();
    await this.content(this.head.subarray(start));
    this.head = Buffer.alloc(0);
  }

  async end(): Promise<ZipFinding> {
    if (this.body === 'inflating') this.inflater?.end();
    await this.inflated;
    if (this.size > this.limit) return { kind: 'too_large' };
    return this.judge();
  }

  private begin(): void {
    const flags = this.head.readUInt16LE(6);
    const method = this.head.readUInt16LE(8);
    const isEncrypted = (flags & 1) !== 0;
    const sizeFollows = (flags & 8) !== 0;
    if (!isEncrypted && method === 8) {
      this.body = 'inflating';
      this.inflater = createInflateRaw({ chunkSize: 64 * 1024 });
      this.inflated = this.takeInflated(this.inflater);
      // A failing taker is told by the next write or at the end, and must not end the process before.
      this.inflated.catch(() => undefined);
    } else if (!isEncrypted && method === 0 && !sizeFollows) {
      this.body = 'copying';
      this.toCopy = this.head.readUInt32LE(18);
    } else {
      this.body = 'unreadable';
    }
  }

  private async content(bytes: Buffer): Promise<void> {
    if (this.body === 'copying') {
      const piece = bytes.subarray(0, this.toCopy);
      this.toCopy -= piece.length;
      await this.passOn(piece);
    } else if (this.body === 'inflating' && this.inflater?.write(bytes) === false) {
      await Promise.race([once(this.inflater, 'drain').catch(() => undefined), this.inflated]);
    }
  }

  /** Ends with the file, which is before the end of the ZIP. */
  private async takeInflated(inflater: InflateRaw): Promise<void> {
    try {
      for await (const piece of inflater) {
        await this.passOn(piece as Buffer);
        if (this.size > this.limit) break;
      }
    } catch (error) {
      if (!isZlibError(error)) throw error;
      this.inflateFault = error.message;
    } finally {
      this.body = 'ended';
    }
  }

  private async passOn(piece: Buffer): Promise<void> {
    this.size += piece.length;
    if (this.size > this.limit) return;
    this.hash.update(piece);
    this.crc = crc32(piece, this.crc);
    await this.take(piece);
  }

  private judge(): ZipFinding {
    const end = this.tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || this.tail.length - end < 22 || this.tail.readUInt32LE(end) !== END_OF_DIRECTORY)
      return { kind: 'corrupted', detail: 'the ZIP is cut off' };
    if (this.tail.readUInt16LE(end + 10) !== 1 || this.body === 'unreadable') return { kind: 'other' };
    const entry = end - this.tail.readUInt32LE(end + 12);
    if (entry < 0 || this.tail.length - entry < 46 || this.tail.readUInt32LE(entry) !== CENTRAL_HEADER)
      return { kind: 'corrupted', detail: 'the directory of the ZIP is damaged' };
    const name = this.tail.toString('utf8', entry + 46, entry + 46 + this.tail.readUInt16LE(entry + 28));
    if (name.endsWith('/')) return { kind: 'other' };
    if (this.inflateFault !== undefined)
      return { kind: 'corrupted', detail: `the ZIP does not unpack: ${this.inflateFault}` };
    const isWhole = this.tail.readUInt32LE(entry + 16) === this.crc && this.tail.readUInt32LE(entry + 24) === this.size;
    return isWhole
      ? { kind: 'one_file', name, size: this.size, sha256: this.hash.digest('hex') }
      : { kind: 'corrupted', detail: 'the file in the ZIP is damaged' };
  }
}

function isZlibError(error: unknown): error is { readonly message: string } {
  return typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
}
