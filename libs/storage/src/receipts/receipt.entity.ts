import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signed receipt: evidence of one event. Its id is the event's, so an event told twice makes one receipt. */
@Entity({ name: 'receipts' })
export class ReceiptEntity {
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'delivery_id', nullable: true }) deliveryId!: string | null;
  /** The ETSI EN 319 522-1 event's name. */
  @Column('text') kind!: string;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  /** The evidence, signed: a compact JWS (RFC 7515). */
  @Column('text') jws!: string;
}
