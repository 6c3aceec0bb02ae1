import type { EntityManager } from 'typeorm';
import { type ChunkWriter, UploadExpiredError } from './chunk-writer';
import { claim, insertSmall } from './insert';

/** A content that has been received whole, and belongs to nothing until it is committed with what names it. */
export interface StagedContent {
  readonly sha256: Buffer;
  /** Bytes. */
  readonly size: number;
  /** Its first bytes, up to 4 KiB, to tell what it is. */
  readonly head: Buffer;
  /**
   * Makes it part of the manager's transaction. Several at once: `ContentStore.commit`.
   * @throws UploadExpiredError when it was swept away since.
   */
  commit(manager: EntityManager): Promise<void>;
  /** Removes what was written of it. May be called at any time, also twice: what stands committed is not touched. */
  discard(): Promise<void>;
}

export class SmallContent implements StagedContent {
  readonly size: number;

  constructor(
    readonly month: string,
    readonly sha256: Buffer,
    readonly head: Buffer,
    readonly bytes: Buffer,
  ) {
    this.size = bytes.length;
  }

  commit(manager: EntityManager): Promise<void> {
    return insertSmall(manager, [this]);
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}

export class LargeContent implements StagedContent {
  constructor(
    private readonly month: string,
    readonly sha256: Buffer,
    readonly head: Buffer,
    readonly size: number,
    private readonly chunks: ChunkWriter,
  ) {}

  async commit(manager: EntityManager): Promise<void> {
    const { contentId } = this.chunks;
    const [uploads] = await manager.query<[unknown[], number]>(
      'DELETE FROM uploads WHERE content_id = $1 RETURNING content_id',
      [contentId],
    );
    if (uploads.length === 0) throw new UploadExpiredError();
    if (!(await claim(manager, this.month, this.sha256, this.size, contentId))) {
      await manager.query('DELETE FROM content_chunks WHERE month = $1 AND content_id = $2', [this.month, contentId]);
    }
  }

  discard(): Promise<void> {
    return this.chunks.discard();
  }
}
