import { Controller } from '@nestjs/common';
import {
  acknowledgeBy,
  type DocumentId,
  type EventData,
  processBy,
  urgencyOfPriority,
  WorkingCalendar,
} from '@axis/edoc';
import { Consume, type Incoming } from '@axis/messaging';
import { DeadlineStore, DeliveryStore, Notifications, Outbox, type TimeLimits } from '@axis/storage';
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
    private readonly deadlines: DeadlineStore,
    private readonly calendar: WorkingCalendar,
    private readonly outbox: Outbox,
    private readonly notifications: Notifications,
    private readonly log: PinoLogger,
  ) {}

  @Consume('courier.delivery-routed')
  async put(messages: readonly Incoming<EventData<'delivery.routed'>>[]): Promise<void> {
    const documents = [...new Set(messages.map(({ event }) => event.data.documentId))];
    const now = new Date();
    const limits = await this.limitsOf(documents, now);
    const moved = await this.database.transaction(async (manager) => {
      const available = await this.deliveries.makeAvailable(manager, limits, now);
      await this.outbox.add(
        manager,
        available.map(({ documentId, deliveryId }) => ({
          type: 'delivery.available',
          source: 'courier',
          subject: deliveryId,
          data: { documentId, deliveryId },
        })),
        now,
      );
      const agencies = [...new Set(available.map(({ agencyId }) => agencyId))];
      for (let at = 0; at < agencies.length; at += AGENCIES_PER_NOTICE) {
        this.notifications.notify(manager, 'inbox', agencies.slice(at, at + AGENCIES_PER_NOTICE).join());
      }
      return available;
    });
    for (const { documentId, deliveryId } of moved) this.log.info({ documentId, deliveryId }, 'delivery available');
  }

  private async limitsOf(documents: readonly DocumentId[], now: Date): Promise<TimeLimits[]> {
    const terms = await this.deadlines.termsOf(documents);
    return terms.map(({ documentId, urgency, dueOn }) => ({
      documentId,
      acknowledgeBy: acknowledgeBy(now, urgencyOfPriority(urgency) ?? 'normal', this.calendar),
      processBy: processBy(dueOn ?? undefined),
    }));
  }
}
