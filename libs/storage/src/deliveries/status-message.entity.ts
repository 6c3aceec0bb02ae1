import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * - `status`: a status the other side said
 * - `recall`: the sender asks for the document back by an edoc of business type 1, and not by status 13
 * - `removal`: the sender took the receiver off the list
 */
export type MessageForm = 'status' | 'recall' | 'removal';

/** What waits for an agency as an edXML message beside its documents; listed until it is acknowledged. */
@Entity({ name: 'status_messages' })
@Check('status_messages_form_check', `form IN ('status', 'recall', 'removal')`)
@Index('status_messages_waiting', ['agencyId', 'createdAt', 'id'], { where: 'acknowledged_at IS NULL' })
export class StatusMessageEntity {
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId!: string;
  /** UUIDv7 with the millisecond of its document's id. */
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'delivery_id' }) deliveryId!: string;
  /** Whom it is for. */
  @Column('uuid', { name: 'agency_id' }) agencyId!: string;
  @Column('text') form!: MessageForm;
  /** The status it tells of; null for a removal. */
  @Column('uuid', { name: 'status_id', nullable: true }) statusId!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'acknowledged_at', nullable: true }) acknowledgedAt!: Date | null;
}
