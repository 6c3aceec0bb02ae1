import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { StatusCode } from '@axis/edoc';

/** Who at the receiving agency acted, in edXML's terms (StaffInfo). */
export interface Staff {
  readonly name: string;
  readonly department?: string;
  readonly mobile?: string;
  readonly email?: string;
}

/** A status as it was received; kept for ever, whether it moved the delivery or came late. */
@Entity({ name: 'delivery_statuses' })
@Check('delivery_statuses_effect_check', `effect IN ('advanced', 'late', 'repeated')`)
@Index('delivery_statuses_delivery', ['documentId', 'deliveryId', 'id'])
@Index('delivery_statuses_system', ['systemId', 'id'])
export class DeliveryStatusEntity {
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'delivery_id' }) deliveryId!: string;
  @Column('uuid', { name: 'system_id' }) systemId!: string;
  @Column('text') code!: StatusCode;
  @Column('text') effect!: 'advanced' | 'late' | 'repeated';
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('jsonb', { nullable: true }) staff!: Staff | null;
  /** When the receiver says it happened. */
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
}
