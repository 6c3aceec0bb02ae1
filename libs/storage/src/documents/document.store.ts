import { Injectable } from '@nestjs/common';
import { type AgencyId, type DocumentId, refusal } from '@axis/edoc';
import { DataSource, type EntityManager, In, LessThan, Not } from 'typeorm';
import { jsonRows, selectList } from '../entity-rows';
import {
  DocumentEntity,
  DocumentFileEntity,
  IdempotencyKeyEntity,
  type Rejection,
  type SignatureFinding,
} from './document.entity';

export interface StoredDocument {
  readonly document: DocumentEntity;
  /** In the sender's order, the main PDF first. */
  readonly files: readonly DocumentFileEntity[];
}

/** Whether a submission is the first of its kind: by its own reference, and by the client's Idempotency-Key. */
export type Claim =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeated'; readonly documentId: DocumentId }
  | { readonly kind: 'conflict'; readonly by: 'reference' | 'key'; readonly documentId: DocumentId };

export interface ClaimRequest {
  readonly documentId: DocumentId;
  readonly systemId: string;
  /** The client's Idempotency-Key. */
  readonly key: string | undefined;
  /** What is taken once: the document's reference or what stands for it, and the sender's own id of it. */
  readonly claims: readonly string[];
  readonly year: number;
  /** SHA-256 over all that was submitted. */
  readonly fingerprint: Buffer;
}

/** What became of one document's signatures. */
export interface Verdict {
  readonly documentId: DocumentId;
  readonly signatures: readonly SignatureFinding[];
  readonly rejection: Rejection | null;
  /** The main PDF's new content, when the axis sealed it. */
  readonly sealed?: { readonly sha256: Buffer; readonly size: number };
}

@Injectable()
export class DocumentStore {
  constructor(private readonly database: DataSource) {}

  /** Takes the reference and the key for this document. A concurrent claim of the same waits here until the other ends. */
  async claim(manager: EntityManager, request: ClaimRequest): Promise<Claim> {
    const { documentId, systemId, key, claims, year, fingerprint } = request;
    if (key !== undefined) {
      const taken = await insertOrFind(
        manager,
        `INSERT INTO idempotency_keys (system_id, key, fingerprint, document_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING document_id`,
        [systemId, key, fingerprint, documentId],
        `SELECT document_id, fingerprint FROM idempotency_keys WHERE system_id = $1 AND key = $2`,
        [systemId, key],
      );
      if (taken) return answer(taken, fingerprint, 'key');
    }
    const taken = await insertOrFind(
      manager,
      `INSERT INTO document_references (year, reference, document_id, fingerprint)
       SELECT $1, unnest($2::text[]), $3, $4 ON CONFLICT DO NOTHING RETURNING document_id`,
      [year, claims, documentId, fingerprint],
      `SELECT document_id, fingerprint FROM document_references
       WHERE year = $1 AND reference = ANY($2::text[]) AND document_id <> $3 LIMIT 1`,
      [year, claims, documentId],
      claims.length,
    );
    if (!taken) return { kind: 'new' };
    const claim = answer(taken, fingerprint, 'reference');
    if (claim.kind === 'repeated' && key !== undefined) {
      // The key stands for the first document from now on.
      await manager.update(IdempotencyKeyEntity, { systemId, key }, { documentId: claim.documentId });
    }
    return claim;
  }

  async insert(manager: EntityManager, { document, files }: StoredDocument): Promise<void> {
    await manager.query(
      `WITH described AS (INSERT INTO documents SELECT * FROM json_populate_recordset(NULL::documents, $1))
       INSERT INTO document_files SELECT * FROM json_populate_recordset(NULL::document_files, $2)`,
      [jsonRows(this.database, DocumentEntity, [document]), jsonRows(this.database, DocumentFileEntity, files)],
    );
  }

  /** In the order asked; ids that are not there are left out. */
  async load(ids: readonly DocumentId[], manager: EntityManager = this.database.manager): Promise<StoredDocument[]> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return [];
    const rows = await manager.query<Joined[]>(
      `SELECT ${selectList(this.database, DocumentEntity, 'd')}, ${selectList(this.database, DocumentFileEntity, 'f', FILE)}
       FROM documents AS d JOIN document_files AS f ON f.document_id = d.id
       WHERE d.id = ANY($1::uuid[]) AND f.document_id = ANY($1::uuid[]) ORDER BY f.position`,
      [wanted],
    );
    const found = new Map<string, { document: DocumentEntity; files: DocumentFileEntity[] }>();
    for (const { document, file } of rows.map(separate)) {
      const known = found.get(document.id);
      if (known) known.files.push(file);
      else found.set(document.id, { document, files: [file] });
    }
    return wanted.flatMap((id) => found.get(id) ?? []);
  }

  async find(id: DocumentId): Promise<StoredDocument | undefined> {
    return (await this.load([id]))[0];
  }

  /** All versions of a document, the first first. Held against other changes, the first before the others, where asked. */
  async versions(
    manager: EntityManager,
    original: DocumentId,
    { lock }: { readonly lock: boolean },
  ): Promise<DocumentEntity[]> {
    const query = (where: string) => {
      const select = manager
        .createQueryBuilder(DocumentEntity, 'document')
        .where(where, { original })
        .orderBy('document.version', 'ASC');
      return lock ? select.setLock('pessimistic_write').getMany() : select.getMany();
    };
    const first = await query('document.id = :original');
    // Versions are younger: earlier months need not be looked into.
    return [...first, ...(await query('document.originalId = :original AND document.id > :original'))];
  }

  /** Those of these documents that were neither rejected nor recalled before they were routed. */
  async standing(manager: EntityManager, ids: readonly DocumentId[]): Promise<ReadonlySet<string>> {
    const where = { id: In([...ids]), state: Not(In(['rejected', 'withdrawn'])) };
    const found = await manager.find(DocumentEntity, { select: { id: true }, where });
    return new Set(found.map(({ id }) => id));
  }

  /** Recalled before they were routed: their names may be taken again. @returns the ids whose state this changed */
  async withdraw(manager: EntityManager, ids: readonly DocumentId[], at: Date): Promise<ReadonlySet<string>> {
    const rows = await updated<{ id: string }>(
      manager,
      `UPDATE documents SET state = 'withdrawn', withdrawn_at = $2
       WHERE id = ANY($1::uuid[]) AND state IN ('submitted', 'verified') RETURNING id`,
      [ids, at],
    );
    const changed = rows.map((row) => row.id);
    await this.releaseReferences(manager, changed);
    return new Set(changed);
  }

  /** Documents sent by any of these agencies, newest first, older than `before`. */
  async sentBy(
    agencies: readonly AgencyId[],
    before: DocumentId | undefined,
    limit: number,
  ): Promise<DocumentEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(DocumentEntity, 'document')
      .where('document.fromAgencyId IN (:...agencies)', { agencies })
      .orderBy('document.id', 'DESC')
      .limit(limit);
    return (before === undefined ? query : query.andWhere('document.id < :before', { before })).getMany();
  }

  /**
   * Records what the signer found. A document already judged stays as it is.
   * @returns the ids whose state this changed.
   */
  async judge(manager: EntityManager, verdicts: readonly Verdict[], at: Date): Promise<ReadonlySet<string>> {
    const rows = await updated<{ id: string }>(
      manager,
      `UPDATE documents AS d SET
         state = CASE WHEN v.rejection IS NULL THEN 'verified' ELSE 'rejected' END,
         signatures = v.signatures, rejection = v.rejection, verified_at = $4
       FROM unnest($1::uuid[], $2::jsonb[], $3::jsonb[]) AS v (id, signatures, rejection)
       WHERE d.id = v.id AND d.id = ANY($1::uuid[]) AND d.state = 'submitted'
       RETURNING d.id`,
      [
        verdicts.map((verdict) => verdict.documentId),
        verdicts.map((verdict) => JSON.stringify(verdict.signatures)),
        verdicts.map((verdict) => verdict.rejection && JSON.stringify(verdict.rejection)),
        at,
      ],
    );
    const changed = new Set(rows.map((row) => row.id));
    await this.replaceSealed(manager, verdicts, changed);
    await this.releaseReferences(
      manager,
      verdicts.filter((v) => v.rejection && changed.has(v.documentId)).map((v) => v.documentId),
    );
    return changed;
  }

  /** @returns the ids whose state this changed. */
  async markRouted(manager: EntityManager, ids: readonly DocumentId[], at: Date): Promise<ReadonlySet<string>> {
    const rows = await updated<{ id: string }>(
      manager,
      `UPDATE documents SET state = 'routed', routed_at = $2 WHERE id = ANY($1::uuid[]) AND state = 'verified' RETURNING id`,
      [ids, at],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** A key older than this may be used again. */
  async forgetKeys(olderThan: Date): Promise<void> {
    await this.database.manager.delete(IdempotencyKeyEntity, { createdAt: LessThan(olderThan) });
  }

  private async replaceSealed(manager: EntityManager, verdicts: readonly Verdict[], changed: ReadonlySet<string>) {
    const sealed = verdicts.flatMap(({ documentId, sealed }) =>
      sealed && changed.has(documentId) ? [{ documentId, ...sealed }] : [],
    );
    if (sealed.length === 0) return;
    await manager.query(
      `UPDATE document_files AS f SET sha256 = s.sha256, size = s.size
       FROM unnest($1::uuid[], $2::bytea[], $3::bigint[]) AS s (id, sha256, size)
       WHERE f.document_id = s.id AND f.document_id = ANY($1::uuid[]) AND f.position = 0`,
      [sealed.map((s) => s.documentId), sealed.map((s) => s.sha256), sealed.map((s) => s.size)],
    );
  }

  /** What was rejected may be mended and sent again under the same reference; its key stays the rejected one's. */
  private async releaseReferences(manager: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await manager.query(
      `DELETE FROM document_references AS r USING documents AS d
       WHERE d.id = ANY($1::uuid[]) AND r.document_id = d.id
         AND r.reference = ANY(d.claims) AND r.year = extract(year FROM d.promulgated_on)`,
      [ids],
    );
  }
}

/** A document beside one of its files, whose columns are told by a prefix. */
type Joined = Readonly<Record<string, unknown>>;

const FILE = 'file.';

function separate(row: Joined): { document: DocumentEntity; file: DocumentFileEntity } {
  const document: Record<string, unknown> = {};
  const file: Record<string, unknown> = {};
  for (const name in row) {
    if (name.startsWith(FILE)) file[name.slice(FILE.length)] = row[name];
    else document[name] = row[name];
  }
  return { document, file } as unknown as { document: DocumentEntity; file: DocumentFileEntity };
}

interface Taken {
  readonly document_id: DocumentId;
  readonly fingerprint: Buffer;
}

async function insertOrFind(
  manager: EntityManager,
  insert: string,
  values: unknown[],
  find: string,
  by: unknown[],
  count = 1,
): Promise<Taken | undefined> {
  const inserted: unknown[] = await manager.query(insert, values);
  if (inserted.length === count) return undefined;
  const [taken] = await manager.query<Taken[]>(find, by);
  // It was given back while it was being read: another try takes it.
  if (!taken) throw refusal('service.unavailable');
  return taken;
}

function answer(taken: Taken, fingerprint: Buffer, by: 'reference' | 'key'): Claim {
  const documentId = taken.document_id;
  return taken.fingerprint.equals(fingerprint)
    ? { kind: 'repeated', documentId }
    : { kind: 'conflict', by, documentId };
}

/** TypeORM answers an UPDATE … RETURNING with the rows and their count. */
export async function updated<Row>(manager: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const [rows] = await manager.query<[Row[], number]>(sql, values);
  return rows;
}
