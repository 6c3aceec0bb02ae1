import { Controller } from '@nestjs/common';
import type { EventData } from '@axis/edoc';
import { Consume, type Incoming } from '@axis/messaging';
import { DeliveryStore, Notifications, Outbox } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';

/** Agency ids that fit into one notice (PostgreSQL allows 8,000 bytes). */
const AGENCIES_PER_NOTICE = 200;

/** Hands over by pull: what is routed waits in the receiver's inbox, and who is listening there is woken. */
@Controller()
export class PutIntoInboxes {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly outbox: Outbox,
    private readonly notifications: Notifications,
    private readonly log: PinoLogger,
  ) {}

  @Consume('courier.delivery-routed')
  async put(messages: readonly Incoming<EventData<'delivery.routed'>>[]): Promise<void> {
    const documents = [...new Set(messages.map(({ event }) => event.data.documentId))];
    const moved = await this.database.transaction(async (manager) => {
      const available = await this.deliveries.makeAvailable(manager, documents, new Date());
      await this.outbox.add(
        manager,
        available.map(({ documentId, deliveryId }) => ({
          type: 'delivery.available',
          source: 'courier',
          subject: deliveryId,
          data: { documentId, deliveryId },
        })),
      );
      const agencies = [...new Set(available.map(({ agencyId }) => agencyId))];
      for (let at = 0; at < agencies.length; at += AGENCIES_PER_NOTICE) {
        this.notifications.notify(manager, 'inbox', agencies.slice(at, at + AGENCIES_PER_NOTICE).join());
      }
      return available;
    });
    for (const { documentId, deliveryId } of moved) this.log.info({ documentId, deliveryId }, 'delivery available');
  }
}
