import { Injectable } from '@nestjs/common';
import type { DocumentId } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import type { SignatureFinding } from './document.entity';

/** A document's main PDF with its seal raised to the level wanted. */
export interface RaisedSeal {
  readonly documentId: DocumentId;
  /** The content that was raised; when it is not the document's any more, nothing is changed. */
  readonly from: Buffer;
  readonly sha256: Buffer;
  readonly size: number;
  readonly signatures: readonly SignatureFinding[];
}

/** Seals of a lower level than wanted, because a time-stamping authority or revocation service was away. */
@Injectable()
export class SealStore {
  constructor(private readonly database: DataSource) {}

  async markShort(manager: EntityManager, documents: readonly DocumentId[]): Promise<void> {
    if (documents.length === 0) return;
    await manager.query(`UPDATE documents SET seal_falls_short = true WHERE id = ANY($1::uuid[])`, [documents]);
  }

  /** The oldest whose seal falls short, after `after`. */
  async short(after: DocumentId | undefined, limit: number): Promise<DocumentId[]> {
    const rows = await this.database.manager.query<{ id: DocumentId }[]>(
      `SELECT id FROM documents WHERE seal_falls_short AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
      [after ?? null, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** @returns whether the document was still on the axis, and had the content that was raised. */
  async replace(manager: EntityManager, { documentId, from, sha256, size, signatures }: RaisedSeal): Promise<boolean> {
    const kept = await manager.query<unknown[]>(
      `SELECT FROM documents WHERE id = $1 AND expired_at IS NULL FOR NO KEY UPDATE`,
      [documentId],
    );
    if (kept.length === 0) return false;
    const [, changed] = await manager.query<[unknown, number]>(
      `UPDATE document_files SET sha256 = $3, size = $4 WHERE document_id = $1 AND position = 0 AND sha256 = $2`,
      [documentId, from, sha256, size],
    );
    if (changed === 0) return false;
    await manager.query(`UPDATE documents SET seal_falls_short = false, signatures = $2 WHERE id = $1`, [
      documentId,
      JSON.stringify(signatures),
    ]);
    return true;
  }
}
