import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Month } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import { discardUpload } from './chunk-writer';
import { inOrder, insertLarge, insertSmall } from './insert';
import { CHUNK_BYTES, INLINE_LIMIT } from './limits';
import { type ByteRange, ContentMissingError, find, type Found, readChunks, streamChunks } from './read';
import { receive } from './receive';
import { SmallContent, type StagedContent } from './staged-content';

/** Where a content is: the month of the documents that name it, and its SHA-256. */
export interface ContentKey {
  readonly month: Month;
  readonly sha256: Buffer;
}

/**
 * The bytes of all documents, addressed by their SHA-256: within a month each content is kept once, however many
 * documents and addressees name it, and goes when its month goes.
 */
@Injectable()
export class ContentStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Reads the source to its end, hashing as it comes. A large content is written meanwhile, in chunks that belong to
   * nothing until `commit`; the source is read no faster than they are written.
   * @throws ContentTooLargeError past `maxBytes`; whatever ended the source early. Then nothing is left of it.
   */
  receive(month: Month, source: Readable, { maxBytes }: { maxBytes: number }): Promise<StagedContent> {
    return receive(this.dataSource, firstDay(month), source, maxBytes);
  }

  /** Makes contents that were received part of the manager's transaction, the small ones in one statement. */
  async commit(manager: EntityManager, staged: readonly StagedContent[]): Promise<void> {
    const ordered = inOrder(staged);
    const small = ordered.filter((content) => content instanceof SmallContent);
    await insertSmall(manager, small);
    for (const content of ordered) if (!(content instanceof SmallContent)) await content.commit(manager);
  }

  /**
   * Stores contents in the manager's transaction, in few statements.
   * @returns their SHA-256, in their order
   */
  async put(manager: EntityManager, month: Month, contents: readonly Buffer[]): Promise<Buffer[]> {
    const hashed = contents.map((bytes) => ({
      month: firstDay(month),
      sha256: createHash('sha256').update(bytes).digest(),
      bytes,
    }));
    const small = hashed.filter(({ bytes }) => bytes.length <= INLINE_LIMIT);
    const large = hashed.filter(({ bytes }) => bytes.length > INLINE_LIMIT);
    await insertSmall(manager, small);
    for (const content of inOrder(large)) await insertLarge(manager, content);
    return hashed.map(({ sha256 }) => sha256);
  }

  /**
   * A content to stream out, or a range of it; undefined when there is none. `size` is the whole content's. The stream
   * reads as fast as it is read from and holds no connection in between.
   */
  async open(
    month: Month,
    sha256: Buffer,
    range?: ByteRange,
  ): Promise<{ readonly size: number; readonly stream: Readable } | undefined> {
    const [found] = await find(this.dataSource, [{ month: firstDay(month), sha256 }], range && slice(range));
    if (!found) return undefined;
    const { size } = found;
    if (found.bytes) return { size, stream: Readable.from(found.bytes, { objectMode: false }) };
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? Infinity, size - 1);
    if (found.contentId === undefined || start > end) return { size, stream: Readable.from([]) };
    return { size, stream: streamChunks(this.dataSource, found.month, found.contentId, { start, end }) };
  }

  /**
   * A content as a whole, in memory.
   * @throws ContentMissingError
   */
  async readAll(month: Month, sha256: Buffer): Promise<Buffer> {
    const [bytes] = await this.readMany([{ month, sha256 }]);
    if (!bytes) throw new ContentMissingError(month, sha256);
    return bytes;
  }

  /**
   * Contents as a whole, in memory, in the order of their keys; all the small ones in one query.
   * @throws ContentMissingError
   */
  async readMany(keys: readonly ContentKey[]): Promise<Buffer[]> {
    const wanted = keys.map(({ month, sha256 }) => ({ month: firstDay(month), sha256 }));
    const read = new Map<string, Buffer>();
    for (const found of await find(this.dataSource, wanted)) read.set(nameOf(found), await this.bytesOf(found));
    return wanted.map(({ month, sha256 }) => {
      const bytes = read.get(nameOf({ month, sha256 }));
      if (!bytes) throw new ContentMissingError(month, sha256);
      return bytes;
    });
  }

  /**
   * Removes uploads that were neither written to nor committed for so long: their process died.
   * @returns how many
   */
  async sweepUploads(silentForMs: number): Promise<number> {
    const silent = await this.dataSource.query<{ month: string; content_id: string }[]>(
      `SELECT month, content_id FROM uploads WHERE touched_at < now() - $1 * interval '1 millisecond'`,
      [silentForMs],
    );
    for (const { month, content_id } of silent) await discardUpload(this.dataSource, month, content_id);
    return silent.length;
  }

  private async bytesOf({ month, bytes, contentId, size }: Found): Promise<Buffer> {
    if (bytes) return bytes;
    if (contentId === undefined) return Buffer.alloc(0);
    const last = Math.ceil(size / CHUNK_BYTES) - 1;
    return Buffer.concat(await readChunks(this.dataSource, month, contentId, 0, last));
  }
}

const MONTH = /^\d{4}-\d{2}$/;

/** A month as the tables have it. Checked, because COPY takes no parameters and it becomes a literal. */
function firstDay(month: Month): string {
  if (!MONTH.test(month)) throw new TypeError(`Not a month: ${month}`);
  return `${month}-01`;
}

const slice = ({ start, end }: ByteRange): string =>
  `substring(bytes FROM ${Math.floor(start) + 1} FOR ${Math.max(0, Math.floor(end) - Math.floor(start) + 1)})`;

const nameOf = ({ month, sha256 }: { month: string; sha256: Buffer }): string => `${month} ${sha256.toString('hex')}`;
