import { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { copyOut } from './copy-out';
import { CHUNK_BYTES, CHUNKS_AT_ONCE } from './limits';

/** Of a content's bytes, both ends included, as in `fs.createReadStream`. What lies past the end is left out. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A content is named by a document, and is not there: the database was harmed. */
export class ContentMissingError extends Error {
  override readonly name = 'ContentMissingError';
  constructor(
    readonly month: string,
    readonly sha256: Buffer,
  ) {
    super(`The content ${sha256.toString('hex')} of ${month} is missing`);
  }
}

/** A row of `contents`; of its bytes, those that were asked for. */
export interface Found {
  readonly month: string;
  readonly sha256: Buffer;
  readonly size: number;
  readonly bytes: Buffer | undefined;
  readonly contentId: string | undefined;
}

/** @param bytes what to read of the bytes that are in the row, as SQL */
export async function find(
  dataSource: DataSource,
  keys: readonly { readonly month: string; readonly sha256: Buffer }[],
  bytes = 'bytes',
): Promise<Found[]> {
  if (keys.length === 0) return [];
  const wanted = keys.map(({ month, sha256 }) => `(month = '${month}' AND sha256 = '\\x${sha256.toString('hex')}')`);
  const rows = await copyOut(
    dataSource,
    `SELECT to_char(month, 'YYYY-MM-DD'), sha256, size, ${bytes}, content_id FROM contents WHERE ${wanted.join(' OR ')}`,
  );
  return rows.map((row) => {
    const [month, sha256, size, found, contentId] = row as [Buffer, Buffer, Buffer, Buffer | null, Buffer | null];
    return {
      month: month.toString(),
      sha256,
      size: Number(size.readBigInt64BE()),
      bytes: found ?? undefined,
      contentId: contentId?.toString('hex'),
    };
  });
}

/** The chunks from position `first` to `last`, both included. */
export async function readChunks(
  dataSource: DataSource,
  month: string,
  contentId: string,
  first: number,
  last: number,
): Promise<Buffer[]> {
  const rows = await copyOut(
    dataSource,
    `SELECT bytes FROM content_chunks WHERE month = '${month}' AND content_id = '${contentId}'
     AND position BETWEEN ${first} AND ${last} ORDER BY position`,
  );
  const chunks = rows.flatMap(([bytes]) => bytes ?? []);
  if (chunks.length !== last - first + 1) {
    throw new Error(`Chunks of the content ${contentId} of ${month} are missing between ${first} and ${last}`);
  }
  return chunks;
}

/** Streams a range that is not empty, some chunks at a time: no connection waits for a slow reader. */
export function streamChunks(dataSource: DataSource, month: string, contentId: string, range: ByteRange): Readable {
  async function* read(): AsyncGenerator<Buffer> {
    const end = Math.floor(range.end / CHUNK_BYTES);
    for (let first = Math.floor(range.start / CHUNK_BYTES); first <= end; first += CHUNKS_AT_ONCE) {
      const chunks = await readChunks(dataSource, month, contentId, first, Math.min(first + CHUNKS_AT_ONCE - 1, end));
      for (const [i, chunk] of chunks.entries()) {
        const offset = (first + i) * CHUNK_BYTES;
        yield chunk.subarray(Math.max(0, range.start - offset), range.end + 1 - offset);
      }
    }
  }
  return Readable.from(read(), { objectMode: false, highWaterMark: CHUNK_BYTES });
}
