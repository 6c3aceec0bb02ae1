import { Injectable } from '@nestjs/common';
import { type DocumentId, refusal } from '@axis/edoc';
import { type Caller, DeliveryStore, type DocumentEntity, DocumentStore } from '@axis/storage';
import type { EntityManager } from 'typeorm';
import { isOneOf } from './read-documents';

/** The documents a caller sent, held while something is done with all their versions. */
@Injectable()
export class OwnDocuments {
  constructor(
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
  ) {}

  /**
   * Every version of a document, the first first, held until the transaction ends.
   * @throws Refusal `document.not_found`, to one who has nothing to do with it; `document.not_yours`; `document.rejected`
   */
  async hold(manager: EntityManager, id: DocumentId, caller: Caller): Promise<DocumentEntity[]> {
    const [stored] = await this.documents.load([id], manager);
    if (!stored) throw refusal('document.not_found');
    const { document } = stored;
    if (!isOneOf(document.fromAgencyId, caller)) {
      const mine = caller.agencies.map((agency) => agency.id);
      const isParty = await this.deliveries.reaches(id, mine, manager);
      throw isParty ? refusal('document.not_yours', { document: document.reference }) : refusal('document.not_found');
    }
    if (document.state === 'rejected') throw refusal('document.rejected', { document: document.reference });
    return this.documents.versions(manager, (document.originalId ?? id) as DocumentId, { lock: true });
  }
}
