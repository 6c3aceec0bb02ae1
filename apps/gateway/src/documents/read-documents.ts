import { Injectable } from '@nestjs/common';
import {
  type AgencyId,
  type DeliveryId,
  type DocumentId,
  parseDeliveryId,
  parseDocumentId,
  refusal,
  WorkingCalendar,
} from '@axis/edoc';
import {
  type Caller,
  type DeliveryEntity,
  DeliveryStore,
  Directory,
  DocumentStore,
  Notifications,
  type StoredDocument,
} from '@axis/storage';
import { documentView } from './views';

/** Finds what a caller may see: documents from or to one of its agencies. To everyone else they do not exist. */
@Injectable()
export class ReadDocuments {
  constructor(
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
    private readonly directory: Directory,
    private readonly notifications: Notifications,
    private readonly calendar: WorkingCalendar,
  ) {}

  /** @throws Refusal `document.not_found` */
  async document(id: string, caller: Caller): Promise<{ stored: StoredDocument; role: 'sender' | 'receiver' }> {
    const documentId = parseDocumentId(id);
    const stored = documentId && (await this.documents.find(documentId));
    if (stored) {
      if (isOneOf(stored.document.fromAgencyId, caller)) return { stored, role: 'sender' };
      const mine = caller.agencies.map((agency) => agency.id);
      if (await this.deliveries.reaches(documentId, mine)) return { stored, role: 'receiver' };
    }
    throw refusal('document.not_found');
  }

  /**
   * A document whose content the caller is about to read: from then on a receiver has it.
   * @throws Refusal `document.not_found`, `document.access_ended` once it was taken back from the receiver, `document.expired`
   */
  async content(id: string, caller: Caller): Promise<{ stored: StoredDocument; role: 'sender' | 'receiver' }> {
    const found = await this.document(id, caller);
    if (found.role === 'receiver') {
      const mine = caller.agencies.map((agency) => agency.id);
      const isOpen = await this.deliveries.markFetched(found.stored.document.id as DocumentId, mine, new Date());
      if (!isOpen) throw refusal('document.access_ended');
    }
    if (found.stored.document.expiredAt) throw refusal('document.expired');
    return found;
  }

  /** @throws Refusal `delivery.not_found` */
  async delivery(id: string, caller: Caller): Promise<DeliveryEntity> {
    const deliveryId = parseDeliveryId(id);
    const delivery = deliveryId && (await this.deliveries.find(deliveryId));
    if (delivery) {
      if (isOneOf(delivery.agencyId, caller) && hasReached(delivery)) return delivery;
      if (isOneOf(delivery.senderAgencyId, caller)) return delivery;
      const stored = await this.documents.find(delivery.documentId as DocumentId);
      if (stored && isOneOf(stored.document.fromAgencyId, caller)) return delivery;
    }
    throw refusal('delivery.not_found');
  }

  /** The document as soon as `ready` holds of its state, or as it is after `ms`, when the signal aborts or the axis stops. */
  whenever(
    id: DocumentId,
    ready: (state: string) => boolean,
    { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  ) {
    return this.notifications.lookUntil(
      { channel: 'documents', wants: (payload) => payload.includes(id), ms, signal },
      () => this.view(id),
      ({ state }) => ready(state),
    );
  }

  private async view(id: DocumentId) {
    const stored = await this.documents.find(id);
    if (!stored) throw refusal('document.not_found');
    return this.show(stored);
  }

  async show(stored: StoredDocument) {
    return documentView(stored, await this.names([stored.document.fromAgencyId]), this.calendar);
  }

  names(ids: readonly string[]) {
    return this.directory.names(ids as readonly AgencyId[]);
  }
}

/** Its signatures are checked and it is on its way, or it never will be. */
export const isSettled = (state: string): boolean => state !== 'submitted' && state !== 'verified';

/** What never came to its inbox, or was withdrawn from it, does not exist to a receiver. */
export const hasReached = ({ state, availableAt }: DeliveryEntity): boolean =>
  availableAt !== null && state !== 'withdrawn';

export const isOneOf = (agencyId: string, caller: Caller): boolean =>
  caller.agencies.some((agency) => agency.id === agencyId);

/** What follows only the receiver may do. */
export function requireReceiver(delivery: DeliveryEntity | null, caller: Caller): DeliveryEntity {
  if (!delivery || !isOneOf(delivery.agencyId, caller)) throw refusal('delivery.not_found');
  return delivery;
}

export function requireDeliveryId(id: string): DeliveryId {
  const deliveryId = parseDeliveryId(id);
  if (!deliveryId) throw refusal('delivery.not_found');
  return deliveryId;
}
