import type { CodeGeneration } from '@axis/edoc';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AgencyEntity } from './agency.entity';

/** A code an agency is or was known by; old and new generations live side by side. */
@Entity({ name: 'agency_codes' })
@Check('agency_codes_generation_check', `generation IN ('old', 'new', 'other')`)
@Index('agency_codes_agency', ['agencyId'])
export class AgencyCodeEntity {
  @PrimaryColumn('text') code!: string;
  @ForeignKey(() => AgencyEntity, { name: 'agency_codes_agency_id_fkey', deferrable: 'INITIALLY DEFERRED' })
  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;
  @Column('text') generation!: CodeGeneration;
  /** Unknown when null. */
  @Column('date', { nullable: true }) since!: string | null;
  /** It has the code still when null. */
  @Column('date', { nullable: true }) until!: string | null;
}
