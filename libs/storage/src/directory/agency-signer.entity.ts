import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { AgencyEntity } from './agency.entity';

/** As whom a certificate signs: as the agency itself (its seal), or as a competent person of it. */
export type SignerRole = 'person' | 'agency';

/** A certificate's subject that signs for an agency. */
@Entity({ name: 'agency_signers' })
@Check('agency_signers_role_check', `role IN ('person', 'agency')`)
export class AgencySignerEntity {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  @ForeignKey(() => AgencyEntity, { name: 'agency_signers_agency_id_fkey' })
  agencyId!: string;
  /** The certificate's subject (RFC 4514), so that a renewed certificate goes on to sign. */
  @PrimaryColumn('text') subject!: string;
  @Column('text') role!: SignerRole;
}
