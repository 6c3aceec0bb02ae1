import { Injectable } from '@nestjs/common';
import type { DocumentId } from '@axis/edoc';
import { DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import { DocumentLinkEntity } from './document.entity';

export type NewLink = Pick<DocumentLinkEntity, 'kind' | 'targetId' | 'targetReference' | 'agencyIds'>;

/** Which documents answer, update and replace which. A link is stored once, with the later document, and read from both ends. */
@Injectable()
export class LinkStore {
  constructor(private readonly database: DataSource) {}

  async insert(manager: EntityManager, documentId: DocumentId, links: readonly NewLink[]): Promise<void> {
    if (links.length === 0) return;
    await manager.insert(
      DocumentLinkEntity,
      links.map((link, position) => ({ documentId, position, ...link })),
    );
  }

  /** What these documents name, in their senders' order. */
  of(ids: readonly DocumentId[], manager: EntityManager = this.database.manager): Promise<DocumentLinkEntity[]> {
    return manager.find(DocumentLinkEntity, {
      where: { documentId: In([...ids]) },
      order: { documentId: 'ASC', position: 'ASC' },
    });
  }

  /** What names any of these documents, the oldest first. */
  async to(ids: readonly DocumentId[], manager: EntityManager = this.database.manager): Promise<DocumentLinkEntity[]> {
    const [earliest] = [...ids].sort();
    if (earliest === undefined) return [];
    return manager.find(DocumentLinkEntity, {
      // Whatever names a document is younger: earlier months need not be looked into.
      where: { targetId: In([...ids]), documentId: MoreThan(earliest) },
      order: { documentId: 'ASC', position: 'ASC' },
    });
  }

  /** The references of everything these documents replace, directly or through what they replace. */
  async replacedThrough(manager: EntityManager, ids: readonly DocumentId[]): Promise<ReadonlySet<string>> {
    // A document that the axis did not know when it was named may have come since. UNION ends a circle.
    const rows = await manager.query<{ reference: string }[]>(
      `WITH RECURSIVE chain AS (
         SELECT unnest($1::uuid[]) AS id, NULL::text AS reference
         UNION
         SELECT coalesce(l.target_id, r.document_id), l.target_reference
         FROM chain JOIN document_links l ON l.document_id = chain.id AND l.kind = 'replaces'
         LEFT JOIN document_references r ON l.target_id IS NULL AND r.reference = l.target_reference
           AND r.year = substring(l.target_reference FROM ',(\\d{4})/')::smallint
       )
       SELECT DISTINCT reference FROM chain WHERE reference IS NOT NULL`,
      [ids],
    );
    return new Set(rows.map(({ reference }) => reference));
  }
}
