import { Controller, Inject } from '@nestjs/common';
import {
  type AgencyId,
  type AxisEvent,
  type DeliveryId,
  type DocumentId,
  evidenceKindOf,
  type StatusId,
} from '@axis/edoc';
import { signReceipt } from '@axis/evidence';
import { Consume, type Incoming } from '@axis/messaging';
import type { SigningKey } from '@axis/pki';
import { DeliveryStore, Directory, DocumentStore, type ReceiptEntity, ReceiptStore } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { EVIDENCE_KEY } from './evidence-key';
import { evidenceOf, type Witnessed } from './evidence-of';

/** Turns each event that matters to an agency into a signed receipt, once. */
@Controller()
export class IssueReceipts {
  constructor(
    private readonly database: DataSource,
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
    private readonly directory: Directory,
    private readonly receipts: ReceiptStore,
    private readonly log: PinoLogger,
    @Inject(EVIDENCE_KEY) private readonly key: SigningKey,
  ) {}

  @Consume('registrar.events')
  async issue(messages: readonly Incoming<AxisEvent['data']>[]): Promise<void> {
    const witnessed = await this.witness(messages);
    const issued = await Promise.all(witnessed.map((one) => this.sign(one)));
    await this.receipts.append(this.database.manager, issued);
    for (const { documentId, deliveryId, kind } of issued)
      this.log.info({ documentId, deliveryId, kind }, 'receipt issued');
  }

  /** Reads what all events of a batch speak of in a few queries. */
  private async witness(messages: readonly Incoming<AxisEvent['data']>[]): Promise<Witnessed[]> {
    const events = messages.flatMap(({ event }) => {
      const told = { type: event.type, data: event.data } as AxisEvent;
      const kind = evidenceKindOf(told);
      return kind ? [{ id: event.id, kind, occurredAt: event.time, told }] : [];
    });
    if (events.length === 0) return [];
    const documentIds = [...new Set(events.map(({ told }) => told.data.documentId))];
    const deliveryIds = events.flatMap(({ told }) => ('deliveryId' in told.data ? [told.data.deliveryId] : []));
    const statusIds = events.flatMap(({ told }) => (told.type === 'delivery.status' ? [told.data.statusId] : []));
    const [documents, deliveries, statuses] = await Promise.all([
      this.documents.load(documentIds),
      this.deliveries.loadMany(deliveryIds, documentIds),
      this.deliveries.loadStatuses(statusIds, documentIds),
    ]);
    const names = await this.directory.names(deliveries.map(({ agencyId }) => agencyId as AgencyId));
    const documentOf = new Map(documents.map((stored) => [stored.document.id as DocumentId, stored]));
    const deliveryOf = new Map(deliveries.map((delivery) => [delivery.id as DeliveryId, delivery]));
    const statusOf = new Map(statuses.map((status) => [status.id as StatusId, status]));

    return events.map(({ told, ...event }) => {
      const stored = documentOf.get(told.data.documentId);
      if (!stored) throw new Error(`document ${told.data.documentId} of event ${event.id} is not there`);
      const delivery = 'deliveryId' in told.data ? deliveryOf.get(told.data.deliveryId) : undefined;
      const status = told.type === 'delivery.status' ? statusOf.get(told.data.statusId) : undefined;
      const agencyCode = delivery && names.get(delivery.agencyId as AgencyId)?.code;
      return { ...event, told, stored, delivery, agencyCode, status };
    });
  }

  private async sign(one: Witnessed): Promise<ReceiptEntity> {
    return {
      documentId: one.stored.document.id,
      id: one.id,
      deliveryId: one.delivery?.id ?? null,
      kind: one.kind,
      occurredAt: new Date(one.occurredAt),
      jws: await signReceipt(evidenceOf(one), this.key),
    };
  }
}
