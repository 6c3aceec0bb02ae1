import { Controller } from '@nestjs/common';
import {
  type AgencyCode,
  type DeliveryId,
  type DocumentId,
  type EventData,
  newDeliveryId,
  type Problem,
  problem,
} from '@axis/edoc';
import { Consume, type Incoming } from '@axis/messaging';
import {
  type DeliveryEntity,
  DeliveryStore,
  Directory,
  DocumentStore,
  newDelivery,
  type NewEvent,
  Notifications,
  Outbox,
  type Resolved,
  type StoredDocument,
} from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Supersede } from './supersede';

/** Fans a verified document out: one delivery for each agency that is to have it, whatever codes it was named by. */
@Controller()
export class RouteDocuments {
  constructor(
    private readonly database: DataSource,
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
    private readonly directory: Directory,
    private readonly supersede: Supersede,
    private readonly notifications: Notifications,
    private readonly outbox: Outbox,
    private readonly log: PinoLogger,
  ) {}

  @Consume('router.document-verified')
  async route(messages: readonly Incoming<EventData<'document.verified'>>[]): Promise<void> {
    const loaded = await this.documents.load(messages.map(({ event }) => event.data.documentId));
    const waiting = loaded.filter(({ document }) => document.state === 'verified');
    const codes = waiting.flatMap(({ document }) => document.addressees.map(({ code }) => code as AgencyCode));
    const resolved = await this.directory.resolve(codes);
    const now = new Date();
    const planned = waiting.flatMap((stored) => planDeliveries(stored, resolved, now));

    await this.database.transaction(async (manager) => {
      const ids = waiting.map(({ document }) => document.id as DocumentId);
      const changed = await this.documents.markRouted(manager, ids, now);
      const fresh = planned.filter(({ delivery }) => changed.has(delivery.documentId));
      for (const { document } of waiting) {
        if (document.business.type === 'new' || !changed.has(document.id)) continue;
        const readers = await this.supersede.supersede(manager, document, now);
        for (const { delivery } of fresh) {
          if (delivery.documentId === document.id && readers.has(delivery.agencyId)) delivery.amendment = 'asked';
        }
      }
      await this.deliveries.insert(
        manager,
        fresh.map(({ delivery }) => delivery),
      );
      const failures = fresh.flatMap(({ delivery, obstacle }) => (obstacle ? [failure(delivery, obstacle)] : []));
      if (changed.size > 0) this.notifications.notify(manager, 'documents', [...changed].join());
      await this.outbox.add(manager, [...ids.filter((id) => changed.has(id)).map(routed), ...failures], now);
    });
    for (const { document } of waiting) {
      const count = planned.filter(({ delivery }) => delivery.documentId === document.id).length;
      this.log.info({ documentId: document.id, deliveries: count }, 'document routed');
    }
  }
}

interface PlannedDelivery {
  readonly delivery: DeliveryEntity;
  /** Why it cannot be delivered. */
  readonly obstacle: Problem | undefined;
}

/**
 * The directory may have changed since the gateway looked: an addressee that cannot be reached any more fails with its reason,
 * the others get the document.
 */
function planDeliveries(
  { document }: StoredDocument,
  resolved: ReadonlyMap<AgencyCode, Resolved>,
  now: Date,
): PlannedDelivery[] {
  const byAgency = new Map<string, PlannedDelivery>();
  for (const { code } of document.addressees) {
    const found = resolved.get(code as AgencyCode);
    const agencyId = found && 'agency' in found ? found.agency.id : undefined;
    if (agencyId === undefined) throw new Error(`addressee ${code} of document ${document.id} has left the directory`);
    const same = byAgency.get(agencyId);
    if (same) {
      same.delivery.requestedAs.push(code);
      continue;
    }
    const obstacle = obstacleOf(code, found);
    const delivery = newDelivery(
      {
        documentId: document.id,
        id: newDeliveryId(document.id as DocumentId, byAgency.size),
        agencyId,
        senderAgencyId: document.fromAgencyId,
        requestedAs: [code],
        succession: found?.kind === 'found' ? [...found.via] : [],
        routedAt: now,
      },
      obstacle && { state: 'failed', failedAt: now, problem: { code: obstacle.code, params: obstacle.params } },
    );
    byAgency.set(agencyId, { delivery, obstacle });
  }
  return [...byAgency.values()];
}

function obstacleOf(agency: string, found: Resolved | undefined): Problem | undefined {
  return found?.kind === 'closed' ? problem('addressee.closed', { agency }) : undefined;
}

const routed = (documentId: DocumentId): NewEvent => ({
  type: 'delivery.routed',
  source: 'router',
  subject: documentId,
  data: { documentId },
});

function failure(delivery: DeliveryEntity, obstacle: Problem): NewEvent {
  const documentId = delivery.documentId as DocumentId;
  const deliveryId = delivery.id as DeliveryId;
  const data = { documentId, deliveryId, code: obstacle.code };
  return { type: 'delivery.failed', source: 'router', subject: deliveryId, data };
}
