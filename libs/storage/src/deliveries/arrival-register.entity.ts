import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { AgencyEntity } from '../directory/agency.entity';

/** The last number an agency gave to an incoming document (số đến) in a year. */
@Entity({ name: 'arrival_registers' })
export class ArrivalRegisterEntity {
  @ForeignKey(() => AgencyEntity, { name: 'arrival_registers_agency_id_fkey' })
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;
  /** Vietnam time. */
  @PrimaryColumn('smallint') year!: number;
  @Column('integer') last!: number;
}
