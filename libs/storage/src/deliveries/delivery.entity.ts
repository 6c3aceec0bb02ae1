import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DeliveryState, RecallState } from '@axis/edoc';
import type { Rejection } from '../documents/document.entity';

/** One document on its way to one agency, whatever codes the sender named it by. */
@Entity({ name: 'deliveries' })
@Index('deliveries_once', ['documentId', 'agencyId'], { unique: true })
@Index('deliveries_inbox', ['agencyId', 'id'], { where: `state = 'available'` })
@Index('deliveries_waiting', ['availableAt'], { where: `state = 'available'` })
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
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
