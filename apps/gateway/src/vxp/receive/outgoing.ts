import { Injectable } from '@nestjs/common';
import {
  type AgencyCode,
  type AgencyId,
  type DeliveryId,
  type DocumentId,
  monthOf,
  parseDeliveryId,
  parseDocumentId,
  parseMessageId,
  refusal,
  type StatusId,
} from '@axis/edoc';
import { type EdxmlMessage, type OutgoingAttachment, writeEdxml } from '@axis/edxml';
import {
  type AgencyName,
  type Caller,
  ContentStore,
  type DeliveryEntity,
  DeliveryStore,
  type DeliveryStatusEntity,
  Directory,
  type DocumentFileEntity,
  DocumentStore,
  LinkStore,
  type StatusMessageEntity,
  StatusMessageStore,
  type StoredDocument,
} from '@axis/storage';
import { isOneOf } from '../../documents/read-documents';
import { type Described, documentMessage, recallMessage, removalMessage, statusMessage } from '../mapping/message-of';

/** What a docId stands for. */
export type Found =
  | { readonly kind: 'delivery'; readonly delivery: DeliveryEntity }
  | { readonly kind: 'message'; readonly message: StatusMessageEntity }
  /** One of the caller's own, as it sent it. */
  | { readonly kind: 'sent'; readonly stored: StoredDocument };

/** Documents and statuses as edXML messages on their way out, by the docId of a list. */
@Injectable()
export class Outgoing {
  constructor(
    private readonly documents: DocumentStore,
    private readonly links: LinkStore,
    private readonly deliveries: DeliveryStore,
    private readonly messages: StatusMessageStore,
    private readonly directory: Directory,
    private readonly contents: ContentStore,
  ) {}

  /** @throws Refusal `document.not_found` for what is not there or another's, which is the same to the caller */
  async find(docId: string, caller: Caller): Promise<Found> {
    const delivery = await this.deliveries.find(parseDeliveryId(docId) ?? notFound());
    if (delivery && isOneOf(delivery.agencyId, caller)) return { kind: 'delivery', delivery };
    const message = await this.messages.find(parseMessageId(docId) ?? notFound());
    if (message && isOneOf(message.agencyId, caller)) return { kind: 'message', message };
    const stored = await this.documents.find(parseDocumentId(docId) ?? notFound());
    if (stored && isOneOf(stored.document.fromAgencyId, caller)) return { kind: 'sent', stored };
    return notFound();
  }

  /**
   * The edXML that a docId stands for, the same bytes each time, streamed. From the first reading on, a receiver knows the document.
   * @throws Refusal also for what was withdrawn, recalled, taken from the caller or has expired
   */
  async open(docId: string, caller: Caller): Promise<AsyncGenerator<Buffer>> {
    const found = await this.find(docId, caller);
    switch (found.kind) {
      case 'sent':
        return this.writeDocument(found.stored);
      case 'message':
        return this.writeBeside(found.message);
      case 'delivery': {
        const { documentId, agencyId } = found.delivery;
        const open = await this.deliveries.markFetched(documentId as DocumentId, [agencyId as AgencyId], new Date());
        if (!open) throw refusal('document.access_ended');
        return this.writeDocument(await this.stored(documentId));
      }
    }
  }

  private async writeDocument(stored: StoredDocument): Promise<AsyncGenerator<Buffer>> {
    const { document, files } = stored;
    if (document.expiredAt) throw refusal('document.expired');
    const attachments = files.map((file) => this.attachment(file));
    return writeEdxml(documentMessage(await this.describe(stored)), { attachments });
  }

  private attachment({ documentId, position, name, contentType, sha256 }: DocumentFileEntity): OutgoingAttachment {
    const { contents } = this;
    const month = monthOf(documentId as DocumentId);
    return {
      contentId: `${documentId}-${position}`,
      name,
      contentType,
      open: async function* () {
        const content = await contents.open(month, sha256);
        if (!content) throw new Error(`content of file ${position} of document ${documentId} is gone`);
        yield* content.stream as AsyncIterable<Buffer>;
      },
    };
  }

  private async writeBeside(message: StatusMessageEntity): Promise<AsyncGenerator<Buffer>> {
    const described = await this.describe(await this.stored(message.documentId));
    return writeEdxml(await this.beside(message, described));
  }

  private async beside(message: StatusMessageEntity, described: Described): Promise<EdxmlMessage> {
    const { documentId, deliveryId, agencyId, form } = message;
    const delivery = await this.deliveries.find(deliveryId as DeliveryId);
    if (!delivery) throw new Error(`message ${message.id} tells of no delivery`);
    const { senderAgencyId } = delivery;
    const spokenBy = agencyId === senderAgencyId ? delivery.agencyId : senderAgencyId;
    const names = await this.directory.names([agencyId as AgencyId, spokenBy as AgencyId]);
    const hearer = nameOf(names, agencyId);
    switch (form) {
      case 'removal':
        return removalMessage(described, hearer, message.createdAt);
      case 'recall':
        return recallMessage(described, hearer, await this.status(message, documentId));
      case 'status': {
        const parties = { speaker: nameOf(names, spokenBy), hearer };
        return statusMessage(described, parties, await this.status(message, documentId));
      }
    }
  }

  private async status({ id, statusId }: StatusMessageEntity, documentId: string): Promise<DeliveryStatusEntity> {
    const ids = statusId === null ? [] : [statusId as StatusId];
    const [status] = await this.deliveries.loadStatuses(ids, [documentId as DocumentId]);
    if (!status) throw new Error(`message ${id} tells of no status`);
    return status;
  }

  private async stored(documentId: string): Promise<StoredDocument> {
    const stored = await this.documents.find(documentId as DocumentId);
    if (!stored) throw new Error(`document ${documentId} is not there`);
    return stored;
  }

  /** The names of all agencies it names, by each code it names them by and by their ids. */
  private async describe({ document }: StoredDocument): Promise<Described> {
    const codes = [document.fromCode, ...document.addressees.map(({ code }) => code)] as AgencyCode[];
    const [links, resolved] = await Promise.all([
      this.links.of([document.id as DocumentId]),
      this.directory.resolve(codes),
    ]);
    const ids = links.flatMap(({ targetId }) => (targetId === null ? [] : [targetId as DocumentId]));
    const targets = new Map((await this.documents.load(ids)).map((target) => [target.document.id, target.document]));
    const replacedFor = await this.directory.names(links.flatMap(({ agencyIds }) => (agencyIds ?? []) as AgencyId[]));
    const names = new Map<string, AgencyName>(replacedFor);
    for (const [code, found] of resolved) if (found.kind === 'found') names.set(code, found.agency);
    return { document, links, targets, names };
  }
}

function nameOf(names: ReadonlyMap<AgencyId, AgencyName>, id: string): AgencyName {
  const name = names.get(id as AgencyId);
  if (!name) throw new Error(`agency ${id} is not there`);
  return name;
}

function notFound(): never {
  throw refusal('document.not_found');
}
