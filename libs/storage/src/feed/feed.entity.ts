import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ToldRole, ToldType } from '@axis/edoc';

/** An event as one agency is told of it. What it was told once stays the same however often it is read. */
@Entity({ name: 'feed' })
@Check('feed_role_check', `role IN ('sender', 'receiver', 'subscriber')`)
@Index('feed_agency', ['agencyId', 'position'])
export class FeedEntity {
  /** In the order of commits; a bigint. */
  @Column('bigint') position!: string;
  @PrimaryColumn('uuid', { name: 'agency_id' }) agencyId!: string;
  /** The event's, UUIDv7. */
  @PrimaryColumn('uuid') id!: string;
  @Column('text') role!: ToldRole;
  @Column('text') type!: ToldType;
  @Column('uuid', { name: 'document_id', nullable: true }) documentId!: string | null;
  @Column('uuid', { name: 'delivery_id', nullable: true }) deliveryId!: string | null;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  @PrimaryColumn('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
  @Column('jsonb') data!: object;
}

/** How far the feed goes: one row, held by whoever writes. */
@Entity({ name: 'feed_head' })
@Check('feed_head_one_check', 'one')
export class FeedHeadEntity {
  @PrimaryColumn('boolean', { default: true }) one!: true;
  @Column('bigint', { default: 0 }) newest!: string;
  /** Events up to here are no longer kept. */
  @Column('bigint', { default: 0 }) dropped!: string;
  @Column('timestamptz', { name: 'recorded_at', default: '-infinity' }) recordedAt!: Date;
}
