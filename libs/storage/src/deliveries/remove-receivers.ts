import { Injectable } from '@nestjs/common';
import { applyRemoval, type DeliveryId, type DocumentId, newMessageId, progressOf } from '@axis/edoc';
import type { EntityManager } from 'typeorm';
import { type NewEvent, Outbox } from '../outbox/outbox';
import type { DeliveryEntity } from './delivery.entity';
import { DeliveryStore } from './delivery.store';
import type { StatusMessageEntity } from './status-message.entity';
import { StatusMessageStore } from './status-message.store';

/** Takes receivers off a document: what they have read is marked and they are told; what they have not, they never see. */
@Injectable()
export class RemoveReceivers {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly messages: StatusMessageStore,
    private readonly outbox: Outbox,
  ) {}

  /** Deliveries that are held; those that ended before stay as they are. @param source the service that does it */
  async remove(
    manager: EntityManager,
    held: readonly DeliveryEntity[],
    { reason, source }: { readonly reason: string | null; readonly source: string },
    now: Date,
  ): Promise<void> {
    const moved = held.filter((delivery) => {
      const outcome = applyRemoval(delivery, { fetched: delivery.fetchedAt !== null });
      if (outcome.kind !== 'advanced') return false;
      Object.assign(delivery, progressOf(outcome), { reason, updatedAt: now });
      return true;
    });
    await this.deliveries.moveMany(manager, moved);
    await this.messages.insert(manager, moved.filter(({ state }) => state === 'removed').map(messageAt(now)));
    await this.outbox.add(
      manager,
      moved.map(({ documentId, id, state }): NewEvent => {
        const told = { documentId: documentId as DocumentId, deliveryId: id as DeliveryId };
        return state === 'withdrawn'
          ? { type: 'delivery.withdrawn', source, subject: id, data: { ...told, cause: 'removal' } }
          : { type: 'delivery.removed', source, subject: id, data: told };
      }),
      now,
    );
  }
}

const messageAt =
  (now: Date) =>
  ({ documentId, id, agencyId }: DeliveryEntity): StatusMessageEntity => ({
    documentId,
    id: newMessageId(documentId as DocumentId),
    deliveryId: id,
    agencyId,
    form: 'removal',
    statusId: null,
    createdAt: now,
    acknowledgedAt: null,
  });
