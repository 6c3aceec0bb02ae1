import { Controller } from '@nestjs/common';
import { type AgencyId, audienceOf, type AxisEvent } from '@axis/edoc';
import { Consume, type Incoming } from '@axis/messaging';
import { DeliveryStore, Directory, FeedStore, type NewFeedEntry } from '@axis/storage';
import { DataSource } from 'typeorm';
import { toldOf } from './told';

/** Tells the agencies concerned of each event, in their feeds; those who read there, or have it brought, are woken. */
@Controller()
export class WriteFeed {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly directory: Directory,
    private readonly feed: FeedStore,
  ) {}

  @Consume('courier.events')
  async write(messages: readonly Incoming<AxisEvent['data']>[]): Promise<void> {
    const entries = await this.tell(messages);
    if (entries.length === 0) return;
    await this.database.transaction((manager) => this.feed.append(manager, entries));
  }

  /** Reads what all events of a batch speak of in a few queries. */
  private async tell(messages: readonly Incoming<AxisEvent['data']>[]): Promise<NewFeedEntry[]> {
    const once = new Map(messages.map(({ event }) => [event.id, event]));
    const told = [...once.values()].flatMap(({ id, time, type, data }) => {
      const event = { type, data } as AxisEvent;
      return audienceOf(event.type).length > 0 ? [{ id, occurredAt: new Date(time), event }] : [];
    });
    if (told.length === 0) return [];
    const documentIds = [...new Set(told.map(({ event }) => event.data.documentId))];
    const deliveryIds = told.flatMap(({ event }) => ('deliveryId' in event.data ? [event.data.deliveryId] : []));
    const statusIds = told.flatMap(({ event }) => (event.type === 'delivery.status' ? [event.data.statusId] : []));
    const [documents, deliveries, statuses] = await Promise.all([
      this.feed.documents(documentIds),
      this.deliveries.loadMany(deliveryIds, documentIds),
      this.deliveries.loadStatuses(statusIds, documentIds),
    ]);
    const agencies = [
      ...documents.map(({ fromAgencyId }) => fromAgencyId),
      ...deliveries.flatMap(({ agencyId, senderAgencyId }) => [agencyId, senderAgencyId]),
    ];
    const names = await this.directory.names(agencies as AgencyId[]);
    const documentOf = new Map(documents.map((one) => [one.id, one]));
    const deliveryOf = new Map(deliveries.map((one) => [one.id, one]));
    const statusOf = new Map(statuses.map((one) => [one.id, one]));

    return told.flatMap(({ event, ...when }) => {
      const document = documentOf.get(event.data.documentId);
      if (!document) throw new Error(`document ${event.data.documentId} of event ${when.id} is not there`);
      const delivery = 'deliveryId' in event.data ? deliveryOf.get(event.data.deliveryId) : undefined;
      const status = event.type === 'delivery.status' ? statusOf.get(event.data.statusId) : undefined;
      return toldOf({ ...when, event, document, delivery, status, names });
    });
  }
}
