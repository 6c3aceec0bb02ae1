import { Injectable } from '@nestjs/common';
import {
  type DeliveryId,
  type DocumentId,
  newMessageId,
  newStatusId,
  type StatusCode,
  type StatusId,
} from '@axis/edoc';
import {
  type DeliveryEntity,
  type DeliveryStatusEntity,
  DeliveryStore,
  type MessageForm,
  type NewEvent,
  Outbox,
  type Staff,
  StatusMessageStore,
} from '@axis/storage';
import type { EntityManager } from 'typeorm';

/** A status as one side says it of a delivery. */
export interface SaidStatus {
  readonly delivery: DeliveryEntity;
  readonly systemId: string;
  readonly code: StatusCode;
  readonly effect: DeliveryStatusEntity['effect'];
  readonly reason: string | null;
  readonly staff: Staff | null;
  readonly occurredAt: Date;
  /** Whom it is for, and how; nobody where there is nothing to tell. */
  readonly told: { readonly agencyId: string; readonly form: MessageForm } | undefined;
}

/** Keeps statuses, and has each told to the other side: as an event, and as a message that waits for it. */
@Injectable()
export class TellStatuses {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly messages: StatusMessageStore,
    private readonly outbox: Outbox,
  ) {}

  /** @returns them as they were stored, in their order */
  async tell(manager: EntityManager, said: readonly SaidStatus[], now: Date): Promise<DeliveryStatusEntity[]> {
    const statuses = said.map((one) => ({ ...one, status: stored(one, now) }));
    await this.deliveries.addStatuses(
      manager,
      statuses.map(({ status }) => status),
    );
    const told = statuses.flatMap(({ status, told }) => (told ? [{ status, told }] : []));
    await this.messages.insert(
      manager,
      told.map(({ status: { documentId, deliveryId, id }, told: { agencyId, form } }) => ({
        documentId,
        id: newMessageId(documentId as DocumentId),
        deliveryId,
        agencyId,
        form,
        statusId: id,
        createdAt: now,
        acknowledgedAt: null,
      })),
    );
    await this.outbox.add(
      manager,
      told.map(({ status }) => statusEvent(status)),
      now,
    );
    return statuses.map(({ status }) => status);
  }
}

function stored({ delivery, systemId, code, effect, reason, staff, occurredAt }: SaidStatus, now: Date) {
  return {
    documentId: delivery.documentId,
    id: newStatusId() as string,
    deliveryId: delivery.id,
    systemId,
    code,
    effect,
    reason,
    staff,
    occurredAt,
    receivedAt: now,
  };
}

function statusEvent({ documentId, deliveryId, id, code }: DeliveryStatusEntity): NewEvent {
  const data = {
    documentId: documentId as DocumentId,
    deliveryId: deliveryId as DeliveryId,
    statusId: id as StatusId,
    code,
  };
  return { type: 'delivery.status', source: 'gateway', subject: deliveryId, data };
}
