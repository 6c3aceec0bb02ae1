import { Injectable } from '@nestjs/common';
import { type DocumentId, lowestIdAt, monthOf } from '@axis/edoc';
import type { EntityManager } from 'typeorm';

export interface RetentionPass {
  /** Nothing must have happened to a document since then. */
  readonly since: Date;
  /** Where the pass has come to. */
  readonly after: DocumentId | undefined;
  /** How many documents to look at. */
  readonly limit: number;
}

export interface RetentionResult {
  readonly expired: readonly DocumentId[];
  /** Where to go on; undefined when all have been looked at. */
  readonly next: DocumentId | undefined;
}

/** A content that a document names, in the month of that document. */
interface Named {
  readonly documentId: DocumentId;
  /** First day of the month. */
  readonly month: string;
  readonly sha256: Buffer;
}

/** Documents whose time on the axis is over: their contents go; what is known of them, and their evidence, stays. */
@Injectable()
export class RetentionStore {
  /**
   * Keeps a document on the axis until the transaction ends, for one more receiver.
   * @returns whether it still is there
   */
  async keep(manager: EntityManager, document: DocumentId): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `SELECT FROM documents WHERE id = $1 AND expired_at IS NULL FOR KEY SHARE`,
      [document],
    );
    return rows.length > 0;
  }

  /**
   * Expires the next documents of a pass, oldest first. One that somebody still waits for is kept, whatever its age; one that
   * another process holds, or whose contents are being named by a new document just now, is left for a later pass.
   */
  async expire(manager: EntityManager, pass: RetentionPass, at: Date): Promise<RetentionResult> {
    const held = await hold(manager, pass);
    const over = await withoutBusy(manager, await ended(manager, held, pass.since));
    await manager.query(`UPDATE documents SET expired_at = $2, seal_falls_short = false WHERE id = ANY($1::uuid[])`, [
      over.documents,
      at,
    ]);
    await removeUnnamed(manager, over.contents);
    return { expired: over.documents, next: held.length === pass.limit ? held.at(-1) : undefined };
  }
}

/** The next documents, held: while they are, nobody can forward them or raise their seals. */
async function hold(manager: EntityManager, { since, after, limit }: RetentionPass): Promise<DocumentId[]> {
  const rows = await manager.query<{ id: DocumentId }[]>(
    `SELECT id FROM documents
     WHERE expired_at IS NULL AND state IN ('routed', 'rejected', 'withdrawn') AND id > $1 AND id < $2
     ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [after ?? lowestIdAt(0), lowestIdAt(since.getTime()), limit],
  );
  return rows.map(({ id }) => id);
}

/** Those of held documents that nobody waits for any more, and to which nothing has happened lately. */
async function ended(manager: EntityManager, documents: readonly DocumentId[], since: Date): Promise<DocumentId[]> {
  if (documents.length === 0) return [];
  const rows = await manager.query<{ id: DocumentId }[]>(
    `SELECT DISTINCT document_id AS id FROM deliveries
     WHERE document_id = ANY($1::uuid[]) AND (state IN ('routed', 'available') OR updated_at >= $2)`,
    [documents, since],
  );
  const waiting = new Set(rows.map(({ id }) => id));
  return documents.filter((id) => !waiting.has(id));
}

/**
 * Documents all of whose contents could be held, and those contents. A content that a submission is about to name is held by
 * that (insert.ts): whether it will be named after all is not known before the submission ends.
 */
async function withoutBusy(
  manager: EntityManager,
  documents: readonly DocumentId[],
): Promise<{ documents: DocumentId[]; contents: Named[] }> {
  const files = await manager.query<{ documentId: DocumentId; sha256: Buffer }[]>(
    `SELECT document_id AS "documentId", sha256 FROM document_files WHERE document_id = ANY($1::uuid[])
     UNION SELECT document_id, submitted_sha256 FROM document_files WHERE document_id = ANY($1::uuid[])`,
    [documents],
  );
  const named = files.map((file): Named => ({ ...file, month: `${monthOf(file.documentId)}-01` }));
  const ours = await select(manager, named, 'FOR UPDATE OF c SKIP LOCKED');
  const there = await select(manager, named, '');
  const isBusy = (one: Named) => there.has(nameOf(one)) && !ours.has(nameOf(one));
  const busy = new Set(named.filter(isBusy).map(({ documentId }) => documentId));
  return {
    documents: documents.filter((id) => !busy.has(id)),
    contents: named.filter((one) => !busy.has(one.documentId) && ours.has(nameOf(one))),
  };
}

async function select(manager: EntityManager, named: readonly Named[], locking: string): Promise<ReadonlySet<string>> {
  const rows = await manager.query<{ month: string; sha256: Buffer }[]>(
    `SELECT c.month, c.sha256 FROM contents AS c
     JOIN unnest($1::date[], $2::bytea[]) AS named (month, sha256) ON c.month = named.month AND c.sha256 = named.sha256
     ORDER BY c.month, c.sha256 ${locking}`,
    columnsOf(named),
  );
  return new Set(rows.map(nameOf));
}

/**
 * Removes held contents that no document names which is still kept. Chunks become an upload that nobody goes on with: they
 * are many, and are swept away as those are, each content by itself.
 */
async function removeUnnamed(manager: EntityManager, contents: readonly Named[]): Promise<void> {
  await manager.query(
    `WITH removed AS (
       DELETE FROM contents AS c USING unnest($1::date[], $2::bytea[]) AS named (month, sha256)
       WHERE c.month = named.month AND c.sha256 = named.sha256
         AND NOT EXISTS (
           SELECT FROM document_files AS f JOIN documents AS d ON d.id = f.document_id
           WHERE f.sha256 = named.sha256 AND d.expired_at IS NULL AND ${OF_MONTH}
         )
         AND NOT EXISTS (
           SELECT FROM document_files AS f JOIN documents AS d ON d.id = f.document_id
           WHERE f.submitted_sha256 = named.sha256 AND f.submitted_sha256 <> f.sha256 AND d.expired_at IS NULL AND ${OF_MONTH}
         )
       RETURNING c.month, c.content_id
     )
     INSERT INTO uploads (content_id, month, touched_at)
     SELECT content_id, month, 'epoch' FROM removed WHERE content_id IS NOT NULL`,
    columnsOf(contents),
  );
}

const OF_MONTH = ['f.document_id', 'd.id']
  .map((id) => `${id} >= uuid_floor(named.month) AND ${id} < uuid_floor((named.month + interval '1 month')::date)`)
  .join(' AND ');

const columnsOf = (named: readonly Named[]) => {
  const once = [...new Map(named.map((one) => [nameOf(one), one])).values()];
  return [once.map(({ month }) => month), once.map(({ sha256 }) => sha256)];
};

const nameOf = ({ month, sha256 }: Pick<Named, 'month' | 'sha256'>): string => `${month} ${sha256.toString('hex')}`;
