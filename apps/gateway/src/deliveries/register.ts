import { Injectable } from '@nestjs/common';
import { DELIVERY_STATES, type DeliveryId, ENDED_STATES, refusal } from '@axis/edoc';
import { type Caller, type DeliveryEntity, DeliveryStore, type Staff } from '@axis/storage';
import { requireReceiver } from '../documents/read-documents';
import { ReportStatus } from './report-status';

/** A receiver enters a document in its register (vào sổ): it is accepted by that, and gets its số đến. */
@Injectable()
export class Register {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly statuses: ReportStatus,
  ) {}

  /**
   * Again: the number it has.
   * @throws Refusal `delivery.not_found`, or `status.impossible` of what was refused or taken back
   */
  async register(id: DeliveryId, caller: Caller, staff: Staff | undefined, now: Date): Promise<DeliveryEntity> {
    const delivery = requireReceiver(await this.deliveries.find(id), caller);
    if (delivery.arrivalNumber !== null) return delivery;
    if (ENDED_STATES.includes(delivery.state)) {
      throw refusal('status.impossible', { status: '03', state: DELIVERY_STATES[delivery.state].label });
    }
    await this.statuses.report(id, caller, { code: '03', staff }, now);
    return requireReceiver(await this.deliveries.find(id), caller);
  }
}
