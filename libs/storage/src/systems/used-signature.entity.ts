import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The signature of a call that changed something; until it expires of itself, it is not taken again. */
@Entity({ name: 'used_signatures' })
@Index('used_signatures_expires_at', ['expiresAt'])
export class UsedSignatureEntity {
  @PrimaryColumn('bytea') hash!: Buffer;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
}
