import { Inject, Injectable } from '@nestjs/common';
import {
  type AgencyId,
  applyRecall,
  DELIVERY_STATES,
  type DeliveryProgress,
  type DeliveryId,
  type DocumentId,
  progressOf,
  refusal,
} from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import {
  type Caller,
  type DeliveryEntity,
  type DeliveryStatusEntity,
  DeliveryStore,
  type DocumentEntity,
  DocumentStore,
  type MessageForm,
  type NewEvent,
  Outbox,
  type Staff,
  withForwarded,
} from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type SaidStatus, TellStatuses } from './tell-statuses';
import { OwnDocuments } from '../documents/own-documents';

export interface RecallRequest {
  readonly reason: string;
  readonly staff?: Staff | undefined;
  readonly occurredAt: Date;
  /** How the receivers are told: by status 13, or by an edoc of business type 1. */
  readonly form: Extract<MessageForm, 'status' | 'recall'>;
}

export interface Recalled {
  /** Versions that were not routed yet, and will not be. */
  readonly withdrawn: readonly DocumentId[];
  readonly deliveries: readonly DeliveryEntity[];
}

/**
 * The sender wants a document back. What a receiver has not read yet is withdrawn, and it never sees it; the others are asked
 * (they answer 15 or 16), or cancelled by the axis's policy. With a delivery go those its receiver forwarded.
 */
@Injectable()
export class Recall {
  constructor(
    private readonly database: DataSource,
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
    private readonly own: OwnDocuments,
    private readonly statuses: TellStatuses,
    private readonly outbox: Outbox,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Every version of a document, from all its receivers or from `agencies` only. Again: the same answer.
   * @throws Refusal `document.not_found`, `document.not_yours`, `document.rejected`, `document.in_process`, `status.reason_required`
   */
  async document(
    id: DocumentId,
    caller: Caller,
    request: RecallRequest,
    now: Date,
    agencies?: readonly AgencyId[],
  ): Promise<Recalled> {
    requireReason(request);
    return this.database.transaction(async (manager) => {
      const versions = await this.own.hold(manager, id, caller);
      const ids = versions.map((version) => version.id as DocumentId);
      const withdrawn = await this.withdrawUnrouted(manager, versions, agencies !== undefined, now);
      const held = await this.deliveries.lockOf(manager, ids);
      const chosen = agencies ? held.filter(({ agencyId }) => agencies.includes(agencyId as AgencyId)) : held;
      const deliveries = withForwarded(chosen, held);
      await this.recall(manager, deliveries, caller, request, now);
      this.log.info(
        { documentId: id, deliveries: deliveries.length, withdrawn: withdrawn.length },
        'document recalled',
      );
      return { withdrawn, deliveries };
    });
  }

  /** Status 13 on one delivery. @throws Refusal `status.impossible`, `status.reason_required` */
  async delivery(
    { documentId, id }: DeliveryEntity,
    caller: Caller,
    request: RecallRequest,
    now: Date,
  ): Promise<DeliveryStatusEntity> {
    requireReason(request);
    return this.database.transaction(async (manager) => {
      // Held against forwarding meanwhile: what is forwarded is taken back too.
      await this.documents.versions(manager, documentId as DocumentId, { lock: true });
      const held = await this.deliveries.lockOf(manager, [documentId as DocumentId]);
      const asked = held.filter((delivery) => delivery.id === id);
      const statuses = await this.recall(manager, withForwarded(asked, held), caller, request, now);
      const status = statuses.find(({ deliveryId }) => deliveryId === id);
      if (!status) {
        throw refusal('status.impossible', {
          status: '13',
          state: DELIVERY_STATES[asked[0]?.state ?? 'withdrawn'].label,
        });
      }
      return status;
    });
  }

  /** What is still being checked is not sent at all; its number is free again. */
  private async withdrawUnrouted(
    manager: EntityManager,
    versions: readonly DocumentEntity[],
    partly: boolean,
    now: Date,
  ): Promise<DocumentId[]> {
    const waiting = versions.filter(({ state }) => state === 'submitted' || state === 'verified');
    const [first] = waiting;
    if (first && partly) throw refusal('document.in_process', { document: first.reference });
    const changed = await this.documents.withdraw(
      manager,
      waiting.map(({ id }) => id as DocumentId),
      now,
    );
    const withdrawn = [...changed] as DocumentId[];
    await this.outbox.add(
      manager,
      withdrawn.map((documentId) => ({
        type: 'document.withdrawn',
        source: 'gateway',
        subject: documentId,
        data: { documentId },
      })),
      now,
    );
    return withdrawn;
  }

  /** @returns the statuses kept; none of what was withdrawn or taken away before */
  private async recall(
    manager: EntityManager,
    deliveries: readonly DeliveryEntity[],
    { systemId }: Caller,
    { reason, staff, occurredAt, form }: RecallRequest,
    now: Date,
  ): Promise<DeliveryStatusEntity[]> {
    const said: SaidStatus[] = [];
    const moved: DeliveryEntity[] = [];
    const events: NewEvent[] = [];
    for (const delivery of deliveries) {
      const fetched = delivery.fetchedAt !== null;
      const outcome = applyRecall(delivery, { fetched, policy: this.config.recallPolicy });
      if (outcome.kind === 'refused') continue;
      const isWithdrawn = outcome.kind === 'advanced' && outcome.state === 'withdrawn';
      // Withdrawn silently: who has read nothing is told nothing.
      const told = isWithdrawn || outcome.kind === 'repeated' ? undefined : { agencyId: delivery.agencyId, form };
      said.push({
        delivery,
        systemId,
        code: '13',
        effect: outcome.kind,
        reason,
        staff: staff ?? null,
        occurredAt,
        told,
      });
      if (outcome.kind !== 'advanced') continue;
      moved.push(Object.assign(delivery, progressOf(outcome), { reason, updatedAt: now }));
      events.push(...eventsOf(delivery, outcome));
    }
    await this.deliveries.moveMany(manager, moved);
    const statuses = await this.statuses.tell(manager, said, now);
    await this.outbox.add(manager, events, now);
    return statuses;
  }
}

function requireReason({ reason }: RecallRequest): void {
  if (reason === '') throw refusal('status.reason_required', { status: '13' });
}

function eventsOf(delivery: DeliveryEntity, { state, recall }: DeliveryProgress): NewEvent[] {
  const told = { documentId: delivery.documentId as DocumentId, deliveryId: delivery.id as DeliveryId };
  const common = { source: 'gateway', subject: delivery.id };
  if (state === 'withdrawn') return [{ ...common, type: 'delivery.withdrawn', data: { ...told, cause: 'recall' } }];
  return recall === 'cancelled' ? [{ ...common, type: 'delivery.recalled', data: told }] : [];
}
