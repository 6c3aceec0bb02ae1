import { Injectable } from '@nestjs/common';
import {
  type AgencyCode,
  type AgencyId,
  DELIVERY_STATES,
  type DeliveryId,
  type DocumentId,
  leadsTo,
  newDeliveryId,
  refusal,
} from '@axis/edoc';
import {
  type Caller,
  type DeliveryEntity,
  DeliveryStore,
  Directory,
  newDelivery,
  type NewEvent,
  Outbox,
  RetentionStore,
} from '@axis/storage';
import { DataSource } from 'typeorm';
import { requireReceiver } from '../documents/read-documents';
import { refuseAddressee } from '../submission/check-submission';

/**
 * A receiver passes a document on to agencies below it: further deliveries of the same document, unaltered, whose statuses come
 * to the one who forwarded. Who has the document already keeps the delivery it has.
 */
@Injectable()
export class Forward {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly directory: Directory,
    private readonly retention: RetentionStore,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Again: the same answer.
   * @returns the deliveries to the agencies named, in their order
   * @throws Refusal `delivery.not_found`, `forward.impossible`, `forward.superseded`, `document.expired`, `addressee.not_below`, or what keeps an agency from being written to
   */
  async forward(
    id: DeliveryId,
    caller: Caller,
    { to, note }: { readonly to: readonly AgencyCode[]; readonly note: string | null },
    now: Date,
  ): Promise<DeliveryEntity[]> {
    const mine = requireReceiver(await this.deliveries.find(id), caller);
    const addressees = await this.addresseesOf(mine, to);
    return this.database.transaction(async (manager) => {
      const documentId = mine.documentId as DocumentId;
      if (!(await this.retention.keep(manager, documentId))) throw refusal('document.expired');
      const held = await this.deliveries.lockOf(manager, [documentId]);
      const delivery = requireReceiver(held.find((one) => one.id === mine.id) ?? null, caller);
      requireForwardable(delivery);
      const byAgency = new Map(held.map((one) => [one.agencyId, one]));
      const added: DeliveryEntity[] = [];
      for (const { code, agencyId, via } of addressees) {
        if (byAgency.has(agencyId)) continue;
        const one = newDelivery(
          {
            documentId,
            id: newDeliveryId(documentId, held.length + added.length),
            agencyId,
            senderAgencyId: delivery.agencyId,
            requestedAs: [code],
            succession: via,
            routedAt: now,
          },
          { forwardedFrom: delivery.id, note },
        );
        added.push(one);
        byAgency.set(agencyId, one);
      }
      await this.deliveries.insert(manager, added);
      await this.outbox.add(manager, eventsOf(documentId, added), now);
      const found = addressees.flatMap(({ agencyId }) => byAgency.get(agencyId) ?? []);
      return [...new Set(found)];
    });
  }

  private async addresseesOf({ agencyId }: DeliveryEntity, to: readonly AgencyCode[]) {
    const forwarder = agencyId as AgencyId;
    const [resolved, names] = await Promise.all([this.directory.resolve(to), this.directory.names([forwarder])]);
    const from = { id: forwarder, code: names.get(forwarder)?.code ?? ('' as AgencyCode) };
    const addressees = to.flatMap((code) => {
      const found = resolved.get(code);
      refuseAddressee(code, found, from);
      return found?.kind === 'found' ? [{ code, agencyId: found.agency.id, via: [...found.via] }] : [];
    });
    const below = await this.directory.below(
      [forwarder],
      addressees.map((one) => one.agencyId),
    );
    const stranger = addressees.find((one) => !below.has(one.agencyId));
    if (stranger) throw refusal('addressee.not_below', { agency: stranger.code, forwarder: from.code });
    return addressees;
  }
}

/** What the receiver has, has not refused, and still may keep; and nothing outdated. */
function requireForwardable({ state, supersededBy }: DeliveryEntity): void {
  const has = state === 'handed_over' || leadsTo('handed_over', state);
  const keeps = leadsTo(state, 'completed') || state === 'completed';
  if (!has || !keeps) throw refusal('forward.impossible', { state: DELIVERY_STATES[state].label });
  if (supersededBy !== null) throw refusal('forward.superseded');
}

/** One `delivery.routed` for all of them: the courier puts what is routed of the document into the inboxes. */
function eventsOf(documentId: DocumentId, added: readonly DeliveryEntity[]): NewEvent[] {
  if (added.length === 0) return [];
  const forwarded = added.map(({ id }): NewEvent => {
    const data = { documentId, deliveryId: id as DeliveryId };
    return { type: 'delivery.forwarded', source: 'gateway', subject: id, data };
  });
  return [...forwarded, { type: 'delivery.routed', source: 'gateway', subject: documentId, data: { documentId } }];
}
