import { Injectable } from '@nestjs/common';
import { applySupersession, type DeliveryId, type DocumentId, ENDED_STATES, progressOf } from '@axis/edoc';
import {
  type DeliveryEntity,
  DeliveryStore,
  type DocumentEntity,
  type DocumentLinkEntity,
  DocumentStore,
  LinkStore,
  type NewEvent,
  Outbox,
  RemoveReceivers,
  withForwarded,
} from '@axis/storage';
import type { EntityManager } from 'typeorm';

/**
 * What a routed update or replacement does to the deliveries of the documents before it: what the receivers have read is marked,
 * what they have not is withdrawn, since they get what takes its place; and whom an update takes off the list loses it.
 */
@Injectable()
export class Supersede {
  constructor(
    private readonly documents: DocumentStore,
    private readonly links: LinkStore,
    private readonly deliveries: DeliveryStore,
    private readonly removal: RemoveReceivers,
    private readonly outbox: Outbox,
  ) {}

  /** @returns the ids of the agencies that had read a version which this document updates: they are asked for their consent */
  async supersede(manager: EntityManager, document: DocumentEntity, now: Date): Promise<ReadonlySet<string>> {
    const readers = new Set<string>();
    for (const link of await this.links.of([document.id as DocumentId], manager)) {
      if (link.kind === 'answers' || link.targetId === null) continue;
      const versions = await this.documents.versions(manager, link.targetId as DocumentId, { lock: false });
      const earlier = versions.filter(({ id }) => id !== document.id).map(({ id }) => id as DocumentId);
      // A forward holds them while it adds to them: what one we waited for has added is seen at the second look.
      await this.deliveries.lockOf(manager, earlier);
      const held = await this.deliveries.lockOf(manager, earlier);
      const open = held.filter(({ state, supersededBy }) => !ENDED_STATES.includes(state) && supersededBy === null);
      if (link.kind === 'updates') {
        for (const { agencyId, fetchedAt } of open) if (fetchedAt) readers.add(agencyId);
      }
      await this.remove(manager, document, open, now);
      await this.replace(manager, document, concerned(open, link), link, now);
    }
    return readers;
  }

  private async remove(
    manager: EntityManager,
    { business, details }: DocumentEntity,
    open: readonly DeliveryEntity[],
    now: Date,
  ): Promise<void> {
    if (business.type !== 'update') return;
    const removed = new Set(
      business.receivers.filter(({ change }) => change === 'removed').map(({ agencyId }) => agencyId),
    );
    const theirs = withForwarded(
      open.filter(({ agencyId }) => removed.has(agencyId)),
      open,
    );
    await this.removal.remove(manager, theirs, { reason: details.businessReason ?? null, source: 'router' }, now);
  }

  private async replace(
    manager: EntityManager,
    { id }: DocumentEntity,
    deliveries: readonly DeliveryEntity[],
    { kind }: DocumentLinkEntity,
    now: Date,
  ): Promise<void> {
    const by = id as DocumentId;
    const how = kind === 'updates' ? ('update' as const) : ('replace' as const);
    const events: NewEvent[] = [];
    for (const delivery of deliveries) {
      const outcome = applySupersession(delivery, { fetched: delivery.fetchedAt !== null });
      if (outcome.kind === 'advanced') Object.assign(delivery, progressOf(outcome));
      Object.assign(delivery, { supersededBy: by, updatedAt: now });
      const data = { documentId: delivery.documentId as DocumentId, deliveryId: delivery.id as DeliveryId };
      events.push(
        delivery.state === 'withdrawn'
          ? { type: 'delivery.withdrawn', source: 'router', subject: delivery.id, data: { ...data, cause: how } }
          : { type: 'delivery.superseded', source: 'router', subject: delivery.id, data: { ...data, by, how } },
      );
    }
    await this.deliveries.moveMany(manager, deliveries);
    await this.outbox.add(manager, events, now);
  }
}

/** What is left of the open deliveries, of the agencies it is replaced for, with what these forwarded. */
function concerned(open: readonly DeliveryEntity[], { agencyIds }: DocumentLinkEntity): DeliveryEntity[] {
  const theirs = open.filter(({ agencyId }) => agencyIds === null || agencyIds.includes(agencyId));
  return withForwarded(theirs, open).filter(({ state }) => !ENDED_STATES.includes(state));
}
