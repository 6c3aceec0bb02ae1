import { Injectable } from '@nestjs/common';
import { type AgencyId, type DocumentId, refusal } from '@axis/edoc';
import { type DeliveryEntity, DeliveryStore, type DocumentEntity, DocumentNames, DocumentStore } from '@axis/storage';
import { DataSource } from 'typeorm';

/** Documents by the names messages give them, and their deliveries. */
@Injectable()
export class NamedDocuments {
  constructor(
    private readonly database: DataSource,
    private readonly names: DocumentNames,
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
  ) {}

  /**
   * The first version of the document that any of these names means: its id, its reference, or its sender's own id of it.
   * @throws Refusal `document.not_found`
   */
  async require(names: readonly string[], now: Date): Promise<DocumentEntity> {
    const named = await this.names.find(names, now);
    const [found] = names.flatMap((name) => named.get(name) ?? []);
    if (!found) throw refusal('document.not_found');
    return found;
  }

  /** The deliveries of all its versions (to one agency only, when given), the oldest version first. */
  async deliveriesOf({ id, originalId }: DocumentEntity, agency?: AgencyId): Promise<DeliveryEntity[]> {
    const { manager } = this.database;
    const versions = await this.documents.versions(manager, (originalId ?? id) as DocumentId, { lock: false });
    const ids = versions.map((version) => version.id as DocumentId);
    return this.deliveries.ofDocuments(manager, ids, agency);
  }

  /** The newest version's delivery to an agency. */
  async deliveryTo(document: DocumentEntity, agency: AgencyId): Promise<DeliveryEntity | undefined> {
    const deliveries = await this.deliveriesOf(document, agency);
    return deliveries.findLast(({ state }) => state !== 'withdrawn');
  }
}
