import { createHash } from 'node:crypto';
import { type DocumentId, monthOf, newAgencyId, newDeliveryId, newDocumentId, timeOf } from '@axis/edoc';
import type { DataSource } from 'typeorm';
import { ContentStore } from '../content/content-store';
import { type DeliveryEntity, newDelivery } from '../deliveries/delivery.entity';
import { DeliveryStore } from '../deliveries/delivery.store';
import { AgencyEntity } from '../directory/agency.entity';
import type { DocumentEntity } from '../documents/document.entity';
import { DocumentStore, type StoredDocument } from '../documents/document.store';

/** Documents, deliveries and agencies as they come to be in the tables, for tests of what is done with them. */
export class SampleRows {
  private readonly documents: DocumentStore;
  private readonly deliveries: DeliveryStore;
  private readonly contents: ContentStore;
  private count = 0;

  constructor(private readonly database: DataSource) {
    this.documents = new DocumentStore(database);
    this.deliveries = new DeliveryStore(database);
    this.contents = new ContentStore(database);
  }

  async agency(): Promise<string> {
    const id = newAgencyId();
    const code = `X${++this.count}`;
    await this.database.manager.insert(AgencyEntity, { id, code, name: `Cơ quan ${code}`, level: 1, status: 'active' });
    return id;
  }

  /** A routed document whose files are these contents, stored with it. */
  async document(
    contents: readonly Buffer[] = [],
    differing: Partial<DocumentEntity> = {},
    sealed?: Buffer,
  ): Promise<StoredDocument> {
    const stored = describe(contents, `Số ${++this.count}`, differing, sealed);
    const month = monthOf(stored.document.id as DocumentId);
    await this.database.transaction(async (manager) => {
      await this.contents.put(manager, month, sealed ? [...contents, sealed] : contents);
      await this.documents.insert(manager, stored);
    });
    return stored;
  }

  /** A delivery of a document, in the inbox of its agency. */
  async delivery(
    { document }: Pick<StoredDocument, 'document'>,
    differing: Partial<DeliveryEntity> = {},
  ): Promise<DeliveryEntity> {
    const at = timeOf(document.id as DocumentId);
    const delivery = newDelivery(
      {
        documentId: document.id,
        id: newDeliveryId(document.id as DocumentId, ++this.count),
        agencyId: newAgencyId(),
        senderAgencyId: document.fromAgencyId,
        requestedAs: ['H17.05'],
        succession: [],
        routedAt: at,
      },
      { state: 'available', availableAt: at, ...differing },
    );
    await this.deliveries.insert(this.database.manager, [delivery]);
    return delivery;
  }
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function describe(
  contents: readonly Buffer[],
  subject: string,
  differing: Partial<DocumentEntity>,
  sealed: Buffer | undefined,
): StoredDocument {
  const id = differing.id ?? newDocumentId();
  const at = timeOf(id as DocumentId);
  return {
    document: {
      id,
      systemId: newAgencyId(),
      fromAgencyId: newAgencyId(),
      fromCode: 'G22',
      reference: `G22,2026/01/31,${id}`,
      number: '7816',
      notation: 'VPCP-TTĐT',
      kind: 'cong-van',
      subject,
      promulgatedOn: '2026-01-31',
      urgency: 0,
      details: {},
      addressees: [{ code: 'H17.05' }],
      seal: false,
      sealFallsShort: false,
      state: 'routed',
      signatures: null,
      rejection: null,
      submittedAt: at,
      verifiedAt: at,
      routedAt: at,
      withdrawnAt: null,
      business: { type: 'new' },
      originalId: null,
      version: 1,
      claims: [id],
      expiredAt: null,
      ...differing,
    },
    files: contents.map((bytes, position) => ({
      documentId: id,
      position,
      role: position === 0 ? 'main' : 'attachment',
      name: `${position}.pdf`,
      contentType: 'application/pdf',
      size: String(bytes.length),
      sha256: sha256(position === 0 && sealed ? sealed : bytes),
      submittedSha256: sha256(bytes),
    })),
  };
}
