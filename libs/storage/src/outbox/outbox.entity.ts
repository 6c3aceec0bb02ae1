import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event waiting to be published. */
@Entity({ name: 'outbox' })
export class OutboxEntity {
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'ALWAYS' }) position!: string;
  @Column('uuid') id!: string;
  @Column('text') type!: string;
  @Column('text') subject!: string;
  @Column('text') source!: string;
  @Column('text', { nullable: true }) traceparent!: string | null;
  @Column('jsonb') data!: unknown;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
