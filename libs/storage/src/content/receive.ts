import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { ChunkWriter } from './chunk-writer';
import { INLINE_LIMIT } from './limits';
import { LargeContent, SmallContent, type StagedContent } from './staged-content';

const HEAD_BYTES = 4096;

/** The source gave more than it may. */
export class ContentTooLargeError extends Error {
  override readonly name = 'ContentTooLargeError';
  constructor(readonly maxBytes: number) {
    super(`The content is larger than ${maxBytes} bytes`);
  }
}

/** Reads a source to its end, hashing as it comes, one write behind it at most. See `ContentStore.receive`. */
export async function receive(
  dataSource: DataSource,
  month: string,
  source: Readable,
  maxBytes: number,
): Promise<StagedContent> {
  const hash = createHash('sha256');
  let chunks: ChunkWriter | undefined;
  try {
    let size = 0;
    let head = Buffer.alloc(0);
    let inMemory: Buffer[] = [];
    for await (const piece of source as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) throw new ContentTooLargeError(maxBytes);
      hash.update(piece);
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece.subarray(0, HEAD_BYTES - head.length)]);
      if (chunks) await chunks.write(piece);
      else inMemory.push(piece);
      if (!chunks && size > INLINE_LIMIT) {
        chunks = await ChunkWriter.begin(dataSource, month);
        for (const held of inMemory) await chunks.write(held);
        inMemory = [];
      }
    }
    if (!chunks) return new SmallContent(month, hash.digest(), head, Buffer.concat(inMemory));
    await chunks.end();
    return new LargeContent(month, hash.digest(), head, size, chunks);
  } catch (error) {
    // If this fails too, the sweep finds the upload later: the first failure is the one to tell.
    await chunks?.discard().catch(() => undefined);
    throw error;
  }
}
