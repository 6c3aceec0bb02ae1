import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A code an agency is or was known by; old and new generations live side by side. */
@Entity({ name: 'agency_codes' })
@Index('agency_codes_agency', ['agencyId'])
export class AgencyCodeEntity {
  @PrimaryColumn('text') code!: string;
  @Column('uuid', { name: 'agency_id' }) agencyId!: string;
  @Column('text') generation!: 'old' | 'new' | 'other';
}
