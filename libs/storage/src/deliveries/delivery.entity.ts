import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type AmendmentState, type DeliveryState, NEW_DELIVERY, type RecallState } from '@axis/edoc';
import type { Rejection } from '../documents/document.entity';
import { OVERDUE_ANY, WATCHED } from './owed-steps';

/** One document on its way to one agency, whatever codes the sender named it by. */
@Entity({ name: 'deliveries' })
@Index('deliveries_once', ['documentId', 'agencyId'], { unique: true })
@Index('deliveries_inbox', ['agencyId', 'id'], { where: `state = 'available'` })
@Index('deliveries_waiting', ['availableAt'], { where: `state = 'available'` })
@Index('deliveries_received', ['agencyId', 'id'])
@Index('deliveries_sent', ['senderAgencyId', 'id'])
@Index('deliveries_acknowledge_due', ['acknowledgeBy'], { where: WATCHED.acknowledge })
@Index('deliveries_process_due', ['processBy'], { where: WATCHED.process })
@Index('deliveries_overdue_received', ['agencyId', 'id'], { where: OVERDUE_ANY })
@Index('deliveries_overdue_sent', ['senderAgencyId', 'id'], { where: OVERDUE_ANY })
@Index('deliveries_register', ['agencyId', 'arrivalYear', 'arrivalNumber'], { where: 'arrival_number IS NOT NULL' })
export class DeliveryEntity {
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId!: string;
  /** UUIDv7 with the millisecond of its document's id, so that both lie in the same month. */
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'agency_id' }) agencyId!: string;
  /** The codes by which the sender named it. */
  @Column('text', { name: 'requested_as', array: true }) requestedAs!: string[];
  /** Codes of the agencies from the one named to the one that receives, when it was closed; else empty. */
  @Column('text', { array: true }) succession!: string[];
  @Column('text') state!: DeliveryState;
  @Column('text', { default: 'none' }) recall!: RecallState;
  /** The receiver's words, when it refused. */
  @Column('text', { nullable: true }) reason!: string | null;
  /** Why the axis gave up, when it failed. */
  @Column('jsonb', { nullable: true }) problem!: Rejection | null;
  @Column('timestamptz', { name: 'routed_at' }) routedAt!: Date;
  @Column('timestamptz', { name: 'available_at', nullable: true }) availableAt!: Date | null;
  @Column('timestamptz', { name: 'handed_over_at', nullable: true }) handedOverAt!: Date | null;
  /** When the axis gave up. What was given up may still be handed over, or be withdrawn. */
  @Column('timestamptz', { name: 'failed_at', nullable: true }) failedAt!: Date | null;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  /** Who hears what becomes of it: the document's sender, or the agency that forwarded it. */
  @Column('uuid', { name: 'sender_agency_id' }) senderAgencyId!: string;
  /** The delivery to the agency that forwarded it. */
  @Column('uuid', { name: 'forwarded_from', nullable: true }) forwardedFrom!: string | null;
  /** What the forwarding agency says to it (ý kiến chỉ đạo). */
  @Column('text', { nullable: true }) note!: string | null;
  /** The receiver's consent, where the document updates another. */
  @Column('text', { default: 'none' }) amendment!: AmendmentState;
  /** The document that updates or replaces this one for this receiver. */
  @Column('uuid', { name: 'superseded_by', nullable: true }) supersededBy!: string | null;
  /** When the receiver first read its content. */
  @Column('timestamptz', { name: 'fetched_at', nullable: true }) fetchedAt!: Date | null;
  /** Số đến: the receiver's own number of it, 1 from 1 January (Vietnam time) without gaps. */
  @Column('integer', { name: 'arrival_number', nullable: true }) arrivalNumber!: number | null;
  @Column('smallint', { name: 'arrival_year', nullable: true }) arrivalYear!: number | null;
  @Column('timestamptz', { name: 'registered_at', nullable: true }) registeredAt!: Date | null;
  /** Time limits (QĐ 28/2018/QĐ-TTg Điều 6, NĐ 30/2020/NĐ-CP), and when it was found that they had passed. */
  @Column('timestamptz', { name: 'acknowledge_by', nullable: true }) acknowledgeBy!: Date | null;
  @Column('timestamptz', { name: 'process_by', nullable: true }) processBy!: Date | null;
  @Column('timestamptz', { name: 'acknowledge_overdue_at', nullable: true }) acknowledgeOverdueAt!: Date | null;
  @Column('timestamptz', { name: 'process_overdue_at', nullable: true }) processOverdueAt!: Date | null;
}

type Beginning = Pick<
  DeliveryEntity,
  'documentId' | 'id' | 'agencyId' | 'senderAgencyId' | 'requestedAs' | 'succession' | 'routedAt'
>;

/** A delivery as it is when it is routed; `differing` fields may differ from that. */
export function newDelivery(beginning: Beginning, differing: Partial<DeliveryEntity> = {}): DeliveryEntity {
  return {
    ...NEW_DELIVERY,
    reason: null,
    problem: null,
    availableAt: null,
    handedOverAt: null,
    failedAt: null,
    updatedAt: beginning.routedAt,
    forwardedFrom: null,
    note: null,
    supersededBy: null,
    fetchedAt: null,
    arrivalNumber: null,
    arrivalYear: null,
    registeredAt: null,
    acknowledgeBy: null,
    processBy: null,
    acknowledgeOverdueAt: null,
    processOverdueAt: null,
    ...beginning,
    ...differing,
  };
}
