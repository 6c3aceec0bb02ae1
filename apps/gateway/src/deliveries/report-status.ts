import { Injectable } from '@nestjs/common';
import {
  applyStatus,
  DELIVERY_STATES,
  type DeliveryId,
  type DocumentId,
  newStatusId,
  refusal,
  type StatusCode,
  STATUSES,
  type StatusId,
  vietnamDate,
} from '@axis/edoc';
import { type Caller, type DeliveryStatusEntity, DeliveryStore, Outbox, type Staff } from '@axis/storage';
import { DataSource } from 'typeorm';
import { requireReceiver } from '../documents/read-documents';
import { Acknowledge } from './acknowledge';

/** Clocks of agencies may run ahead by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

export interface ReportedStatus {
  readonly code: StatusCode;
  readonly reason?: string | undefined;
  readonly staff?: Staff | undefined;
  readonly occurredAt?: Date | undefined;
}

/** A receiver's step (DOMAIN: statuses 01 to 06): every one is kept, whether it moves the delivery or comes late. */
@Injectable()
export class ReportStatus {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly acknowledge: Acknowledge,
    private readonly outbox: Outbox,
  ) {}

  async report(id: DeliveryId, caller: Caller, said: ReportedStatus, now: Date): Promise<DeliveryStatusEntity> {
    const occurredAt = said.occurredAt ?? now;
    if (occurredAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
      throw refusal('date.in_future', { date: vietnamDate(occurredAt) });
    }
    return this.database.transaction(async (manager) => {
      const delivery = requireReceiver(await this.deliveries.lock(manager, id), caller);
      const before = delivery.state;
      const outcome = applyStatus(delivery, { code: said.code, by: 'receiver', reason: said.reason });
      if (outcome.kind === 'refused') throw refused(outcome.code, said.code, DELIVERY_STATES[before].label);

      // Who speaks of a document has it, acknowledged or not.
      await this.acknowledge.handOver(manager, delivery, now);
      const documentId = delivery.documentId as DocumentId;
      const statusId: StatusId = newStatusId();
      const reason = said.reason?.trim() ?? null;
      const status: DeliveryStatusEntity = {
        documentId,
        id: statusId,
        deliveryId: id,
        systemId: caller.systemId,
        code: said.code,
        effect: outcome.kind,
        reason,
        staff: said.staff ?? null,
        occurredAt,
        receivedAt: now,
      };
      await this.deliveries.addStatus(manager, status);
      if (outcome.kind === 'advanced') {
        const { state, recall } = outcome;
        await this.deliveries.move(manager, delivery, { state, recall, ...(reason !== null && { reason }) }, now);
      }
      if (outcome.kind !== 'repeated') {
        const data = { documentId, deliveryId: id, statusId, code: said.code };
        await this.outbox.add(manager, [{ type: 'delivery.status', source: 'gateway', subject: id, data }]);
      }
      return status;
    });
  }
}

function refused(
  code: 'status.impossible' | 'status.wrong_party' | 'status.reason_required',
  status: StatusCode,
  state: string,
) {
  switch (code) {
    case 'status.impossible':
      return refusal(code, { status, state });
    case 'status.wrong_party':
      return refusal(code, { status, party: STATUSES[status].by });
    case 'status.reason_required':
      return refusal(code, { status });
  }
}
