import { v7 } from 'uuid';
import type { DataSource } from 'typeorm';
import { chunkRows } from './chunk-rows';
import { CHUNK_BYTES, CHUNKS_AT_ONCE } from './limits';

/** The sender was silent for so long that its chunks were swept away. */
export class UploadExpiredError extends Error {
  override readonly name = 'UploadExpiredError';
  constructor() {
    super('The upload was silent for too long and its content was removed');
  }
}

/**
 * Writes a large content as it comes, each time in a short statement of its own: no connection and no transaction waits
 * for a slow sender. The row in `uploads` says that the chunks belong to nothing yet.
 */
export class ChunkWriter {
  private readonly buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES * CHUNKS_AT_ONCE);
  private filled = 0;
  private position = 0;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly month: string,
    readonly contentId: string,
  ) {}

  static async begin(dataSource: DataSource, month: string): Promise<ChunkWriter> {
    const contentId = v7();
    await dataSource.query('INSERT INTO uploads (content_id, month) VALUES ($1, $2)', [contentId, month]);
    return new ChunkWriter(dataSource, month, contentId);
  }

  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.buffer, this.filled, at);
      this.filled += copied;
      at += copied;
      if (this.filled === this.buffer.length) await this.flush();
    }
  }

  /** Writes what is left over. */
  async end(): Promise<void> {
    if (this.filled > 0) await this.flush();
  }

  discard(): Promise<void> {
    return discardUpload(this.dataSource, this.month, this.contentId);
  }

  private async flush(): Promise<void> {
    const chunks = chunkRows(this.buffer.subarray(0, this.filled), this.position, 1);
    const written = await this.dataSource.query<unknown[]>(
      `WITH upload AS (UPDATE uploads SET touched_at = now() WHERE content_id = $1 RETURNING month, content_id)
       INSERT INTO content_chunks (month, content_id, position, bytes)
       SELECT month, content_id, position, bytes FROM upload, (VALUES ${chunks.values}) AS chunk (position, bytes)
       RETURNING position`,
      [this.contentId, ...chunks.parameters],
    );
    if (written.length === 0) throw new UploadExpiredError();
    this.position += chunks.count;
    this.filled = 0;
  }
}

/** Removes an upload and its chunks; does nothing when it was committed. Waits for a commit that is under way. */
export async function discardUpload(dataSource: DataSource, month: string, contentId: string): Promise<void> {
  await dataSource.query(
    `WITH upload AS (DELETE FROM uploads WHERE content_id = $2 RETURNING content_id)
     DELETE FROM content_chunks WHERE month = $1 AND content_id IN (SELECT content_id FROM upload)`,
    [month, contentId],
  );
}
