import { Injectable } from '@nestjs/common';
import type { AgencyId, DocumentId } from '@axis/edoc';
import {
  type Caller,
  DeliveryStore,
  Directory,
  type DocumentEntity,
  type DocumentLinkEntity,
  DocumentStore,
  LinkStore,
} from '@axis/storage';
import { DataSource } from 'typeorm';
import { agencyView, documentSummary } from '../documents/views';

/** The threads a document stands in, in both directions, as far as the caller is a party to the other documents. */
@Injectable()
export class ReadLinks {
  constructor(
    private readonly database: DataSource,
    private readonly documents: DocumentStore,
    private readonly links: LinkStore,
    private readonly deliveries: DeliveryStore,
    private readonly directory: Directory,
  ) {}

  async of({ id, originalId }: DocumentEntity, caller: Caller) {
    const { manager } = this.database;
    const original = (originalId ?? id) as DocumentId;
    const versions = (await this.documents.versions(manager, original, { lock: false })).map(
      (version) => version.id as DocumentId,
    );
    const [named, naming] = await Promise.all([this.links.of([id as DocumentId]), this.links.to(versions)]);
    const others = [...named.map(({ targetId }) => targetId), ...naming.map(({ documentId }) => documentId)];
    const visible = await this.visible(others.filter((other) => other !== null) as DocumentId[], caller);
    const names = await this.directory.names([
      ...[...visible.values()].map(({ fromAgencyId }) => fromAgencyId as AgencyId),
      ...[...named, ...naming].flatMap(({ agencyIds }) => (agencyIds ?? []) as AgencyId[]),
    ]);
    const item = (link: DocumentLinkEntity, direction: 'names' | 'named_by', document: DocumentEntity | undefined) => ({
      direction,
      kind: link.kind,
      reference: direction === 'names' ? link.targetReference : (document?.reference ?? ''),
      agencies: link.agencyIds?.map((agency) => agencyView(agency, names)) ?? null,
      document: document ? documentSummary(document, names) : null,
    });
    return {
      items: [
        ...named.map((link) => item(link, 'names', visible.get(link.targetId ?? ''))),
        // Of what names it, only what the caller may know of.
        ...naming.flatMap((link) => {
          const document = visible.get(link.documentId);
          return document && link.documentId !== id ? [item(link, 'named_by', document)] : [];
        }),
      ],
      next: null,
    };
  }

  private async visible(ids: readonly DocumentId[], caller: Caller): Promise<ReadonlyMap<string, DocumentEntity>> {
    const mine = caller.agencies.map((agency) => agency.id);
    const [stored, reached] = await Promise.all([this.documents.load(ids), this.deliveries.reached(ids, mine)]);
    return new Map(
      stored
        .map(({ document }) => document)
        .filter(({ id, fromAgencyId }) => reached.has(id) || mine.includes(fromAgencyId as AgencyId))
        .map((document) => [document.id, document] as const),
    );
  }
}
