import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AgencyEntity } from '../directory/agency.entity';

/** A document system (DMS) that is joined to the axis. */
@Entity({ name: 'systems' })
@Index('systems_client_id', ['clientId'], { unique: true })
export class SystemEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text', { name: 'client_id' }) clientId!: string;
  @Column('text') name!: string;
  /** SHA-256 of its secret, which is 256 random bits: no slow hash is needed against guessing. */
  @Column('bytea', { name: 'secret_sha256' }) secretSha256!: Buffer;
  /** The secret itself, sealed: calls may be signed by it. Null where the system was registered before it was kept. */
  @Column('bytea', { name: 'secret_sealed', nullable: true }) secretSealed!: Buffer | null;
  @Column('boolean', { default: true }) active!: boolean;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}

/** An agency that a system may act for. */
@Entity({ name: 'system_agencies' })
@Index('system_agencies_agency', ['agencyId'])
export class SystemAgencyEntity {
  @ForeignKey(() => SystemEntity, { name: 'system_agencies_system_id_fkey' })
  @PrimaryColumn('uuid', { name: 'system_id' })
  systemId!: string;
  @ForeignKey(() => AgencyEntity, { name: 'system_agencies_agency_id_fkey' })
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;
  /** The system registered the agency itself, below one of its own. */
  @Column('boolean', { default: false }) registered!: boolean;
}

/** An access token (RFC 6749 §1.4), kept as its hash. */
@Entity({ name: 'access_tokens' })
@Index('access_tokens_expires_at', ['expiresAt'])
export class AccessTokenEntity {
  @PrimaryColumn('bytea', { name: 'token_sha256' }) tokenSha256!: Buffer;
  @ForeignKey(() => SystemEntity, { name: 'access_tokens_system_id_fkey' })
  @Column('uuid', { name: 'system_id' })
  systemId!: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
}
