import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** An agency of the directory (QCVN 102, QĐ 20/2020). A closed one names its successor, if it has one. */
@Entity({ name: 'agencies' })
@Check('agencies_status_check', `status IN ('active', 'closed')`)
@Index('agencies_code', ['code'], { unique: true })
@Index('agencies_parent', ['parentId'])
@Index('agencies_successor', ['successorId'])
@Index('agencies_serial', ['serial'], { unique: true })
@Index('agencies_version', ['version'])
export class AgencyEntity {
  @PrimaryColumn('uuid') id!: string;
  /** Small and for ever the same, for clients whose protocol knows agencies by number. */
  @Column({ type: 'integer', generated: 'identity', generatedIdentity: 'ALWAYS' }) serial!: number;
  /** The directory's version that its last change made: each change has the next, in the order of commits. The database numbers them. */
  @Column('bigint') version!: string;
  /** The code it uses now. */
  @Column('text') code!: string;
  @Column('text') name!: string;
  @Column('text', { name: 'short_name', nullable: true }) shortName!: string | null;
  /** 1 is the top. */
  @Column('smallint') level!: number;
  @ForeignKey(() => AgencyEntity, { name: 'agencies_parent_id_fkey', deferrable: 'INITIALLY DEFERRED' })
  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;
  @Column('text') status!: 'active' | 'closed';
  @ForeignKey(() => AgencyEntity, { name: 'agencies_successor_id_fkey', deferrable: 'INITIALLY DEFERRED' })
  @Column('uuid', { name: 'successor_id', nullable: true })
  successorId!: string | null;
  @Column('date', { name: 'closed_on', nullable: true }) closedOn!: string | null;
  @Column('text', { nullable: true }) email!: string | null;
  @Column('text', { nullable: true }) phone!: string | null;
  /** The body in charge of it (OrganizationInCharge), where that is not its parent. */
  @Column('text', { name: 'in_charge', nullable: true }) inCharge!: string | null;
  @Column('text', { nullable: true }) address!: string | null;
  @Column('text', { nullable: true }) fax!: string | null;
  @Column('text', { nullable: true }) website!: string | null;
  /** Sample data, made up; never a real agency. */
  @Column('boolean', { default: false }) sample!: boolean;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
