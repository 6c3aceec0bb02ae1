import { Injectable } from '@nestjs/common';
import {
  applyStatus,
  DELIVERY_STATES,
  type DeliveryId,
  ENDED_STATES,
  type Party,
  progressOf,
  refusal,
  type StatusCode,
  STATUSES,
  type StatusOutcome,
  type StatusReport,
  vietnamDate,
} from '@axis/edoc';
import {
  ArrivalRegister,
  type Caller,
  type DeliveryEntity,
  type DeliveryStatusEntity,
  DeliveryStore,
  type Staff,
} from '@axis/storage';
import { DataSource } from 'typeorm';
import { hasReached, isOneOf } from '../documents/read-documents';
import { Recall } from './recall';
import { Acknowledge } from './acknowledge';
import { TellStatuses } from './tell-statuses';

/** Clocks of agencies may run ahead by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

export interface ReportedStatus {
  readonly code: StatusCode;
  readonly reason?: string | undefined;
  readonly staff?: Staff | undefined;
  readonly occurredAt?: Date | undefined;
}

/** What one side says of a delivery: every status is kept, whether it moves the delivery or comes late, and the other side is told. */
@Injectable()
export class ReportStatus {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly acknowledge: Acknowledge,
    private readonly recall: Recall,
    private readonly arrivals: ArrivalRegister,
    private readonly statuses: TellStatuses,
  ) {}

  /** @throws Refusal `delivery.not_found`, `status.impossible`, `status.wrong_party`, `status.reason_required`, `date.in_future` */
  async report(id: DeliveryId, caller: Caller, said: ReportedStatus, now: Date): Promise<DeliveryStatusEntity> {
    const occurredAt = said.occurredAt ?? now;
    if (occurredAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
      throw refusal('date.in_future', { date: vietnamDate(occurredAt) });
    }
    const known = await this.deliveries.find(id);
    const by = partyOf(known, caller, said.code);
    if (!known || !by) throw refusal('delivery.not_found');
    const reason = said.reason?.trim() ?? '';
    if (by === 'sender' && STATUSES[said.code].by === 'sender') {
      return this.recall.delivery(known, caller, { reason, staff: said.staff, occurredAt, form: 'status' }, now);
    }
    return this.receiverStep(id, caller, by, { ...said, occurredAt }, now);
  }

  private async receiverStep(
    id: DeliveryId,
    { systemId }: Caller,
    by: Party,
    { code, reason: given, staff, occurredAt }: ReportedStatus & { readonly occurredAt: Date },
    now: Date,
  ): Promise<DeliveryStatusEntity> {
    return this.database.transaction(async (manager) => {
      const delivery = await this.deliveries.lock(manager, id);
      if (!delivery || delivery.state === 'withdrawn') throw refusal('delivery.not_found');
      possible(delivery, { code, by, reason: given });
      // Who speaks of a document has it, acknowledged or not.
      await this.acknowledge.handOver(manager, delivery, now);
      const outcome = possible(delivery, { code, by, reason: given });
      const reason = given?.trim() ?? null;
      if (outcome.kind === 'advanced') {
        await this.deliveries.move(
          manager,
          delivery,
          { ...progressOf(outcome), ...(reason !== null && { reason }) },
          now,
        );
      }
      // Accepted is registered (vào sổ), also where it is told late.
      if (code === '03' && !ENDED_STATES.includes(delivery.state)) await this.arrivals.number(manager, delivery, now);
      const told =
        outcome.kind === 'repeated' ? undefined : { agencyId: delivery.senderAgencyId, form: 'status' as const };
      const said = { delivery, systemId, code, effect: outcome.kind, reason, staff: staff ?? null, occurredAt, told };
      const [status] = await this.statuses.tell(manager, [said], now);
      if (!status) throw new Error('one status was told and none stored');
      return status;
    });
  }
}

/** As whom the caller speaks: as the side whose status it is, where it acts for both. Undefined to a stranger. */
function partyOf(delivery: DeliveryEntity | null, caller: Caller, code: StatusCode): Party | undefined {
  if (!delivery) return undefined;
  const sides: Party[] = [];
  if (isOneOf(delivery.senderAgencyId, caller)) sides.push('sender');
  if (isOneOf(delivery.agencyId, caller) && hasReached(delivery)) sides.push('receiver');
  return sides.find((side) => side === STATUSES[code].by) ?? sides[0];
}

/** @throws Refusal when the status cannot be */
function possible(delivery: DeliveryEntity, status: StatusReport): Exclude<StatusOutcome, { kind: 'refused' }> {
  const outcome = applyStatus(delivery, status);
  if (outcome.kind === 'refused') throw refused(outcome.code, status.code, delivery);
  return outcome;
}

function refused(
  code: 'status.impossible' | 'status.wrong_party' | 'status.reason_required',
  status: StatusCode,
  { state }: DeliveryEntity,
) {
  switch (code) {
    case 'status.impossible':
      return refusal(code, { status, state: DELIVERY_STATES[state].label });
    case 'status.wrong_party':
      return refusal(code, { status, party: STATUSES[status].by });
    case 'status.reason_required':
      return refusal(code, { status });
  }
}
