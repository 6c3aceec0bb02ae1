import type { Problem } from '@axis/edoc';
import type { SignerRole } from '../directory/agency-signer.entity';
import type { DocumentDetails } from './document-details';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How far the axis itself has brought a document; what becomes of it at each receiver is its deliveries' state. */
export type DocumentState = 'submitted' | 'verified' | 'routed' | 'rejected' | 'withdrawn';

/** What a document does to earlier ones (BussinessDocType of QCVN 102); which they are, its links say. */
export type DocumentBusiness =
  | { readonly type: 'new' }
  | {
      readonly type: 'update';
      /** Who is to have it beside the receivers of the version before, and who no more. */
      readonly receivers: readonly ReceiverChange[];
    }
  | { readonly type: 'replace' };

export interface ReceiverChange {
  /** As the sender named it. */
  readonly code: string;
  readonly agencyId: string;
  readonly change: 'added' | 'removed';
}

/** An addressee as the sender named it. */
export interface RequestedAddressee {
  readonly code: string;
}

/** Why a document was rejected: a problem of the catalogue in libs/edoc. */
export type Rejection = Pick<Problem, 'code' | 'params'>;

/** What was found of one signature of the main PDF. */
export interface SignatureFinding {
  readonly field: string;
  readonly signer: string;
  readonly indication: 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE';
  readonly subIndication?: string;
  /** As whom the directory knows the signer at the sending agency. */
  readonly role: SignerRole | 'unregistered';
  /** PAdES baseline level. */
  readonly level?: string;
  readonly signedAt?: string;
  readonly timestamped: boolean;
  readonly coversWholeDocument: boolean;
  readonly laterChanges: 'none' | 'allowed' | 'forbidden';
  /** SHA-256 of the signer's certificate, hexadecimal. */
  readonly certificate?: string;
  /** Everything that kept it from passing, and what is worth knowing though it passed. */
  readonly reasons: readonly { readonly code: string; readonly en: string; readonly vi: string }[];
}

@Entity({ name: 'documents' })
@Check('documents_state_check', `state IN ('submitted', 'verified', 'routed', 'rejected', 'withdrawn')`)
@Index('documents_from', ['fromAgencyId', 'id'])
@Index('documents_versions', ['originalId', 'version'], { where: 'original_id IS NOT NULL' })
@Index('documents_kept', ['id'], { where: 'expired_at IS NULL' })
@Index('documents_seal_falls_short', ['id'], { where: 'seal_falls_short' })
export class DocumentEntity {
  /** UUIDv7; its month is the partition of every row about this document. */
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'system_id' }) systemId!: string;
  @Column('uuid', { name: 'from_agency_id' }) fromAgencyId!: string;
  @Column('text', { name: 'from_code' }) fromCode!: string;
  /** `OrganId,yyyy/MM/dd,Number/Notation` (QCVN 102). */
  @Column('text') reference!: string;
  @Column('text') number!: string;
  @Column('text') notation!: string;
  @Column('text') kind!: string;
  @Column('text') subject!: string;
  @Column('date', { name: 'promulgated_on' }) promulgatedOn!: string;
  @Column('smallint') urgency!: number;
  @Column('jsonb') details!: DocumentDetails;
  @Column('jsonb') addressees!: readonly RequestedAddressee[];
  /** Whether the axis is to put the agency's seal on it. */
  @Column('boolean') seal!: boolean;
  /** Sealed at a lower level than wanted, because another's server was away: to be raised. */
  @Column('boolean', { name: 'seal_falls_short', default: false }) sealFallsShort!: boolean;
  @Column('text') state!: DocumentState;
  @Column('jsonb', { nullable: true }) signatures!: readonly SignatureFinding[] | null;
  @Column('jsonb', { nullable: true }) rejection!: Rejection | null;
  @Column('timestamptz', { name: 'submitted_at' }) submittedAt!: Date;
  @Column('timestamptz', { name: 'verified_at', nullable: true }) verifiedAt!: Date | null;
  @Column('timestamptz', { name: 'routed_at', nullable: true }) routedAt!: Date | null;
  /** When its sender recalled it, where it was not routed yet. */
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true }) withdrawnAt!: Date | null;
  @Column('jsonb') business!: DocumentBusiness;
  /** The first version, where this one updates it. */
  @Column('uuid', { name: 'original_id', nullable: true }) originalId!: string | null;
  /** 1, and one more with each update. */
  @Column('smallint') version!: number;
  /** What it took in `document_references`, so that the same message again is known. */
  @Column('text', { array: true }) claims!: readonly string[];
  /** When its content left the axis. */
  @Column('timestamptz', { name: 'expired_at', nullable: true }) expiredAt!: Date | null;
}

/** A file of a document: the main PDF at position 0, then attachments in the sender's order. */
@Entity({ name: 'document_files' })
@Index('document_files_content', ['sha256'])
@Index('document_files_submitted', ['submittedSha256'], { where: 'submitted_sha256 <> sha256' })
@Check('document_files_role_check', `role IN ('main', 'attachment')`)
export class DocumentFileEntity {
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId!: string;
  @PrimaryColumn('smallint') position!: number;
  @Column('text') role!: 'main' | 'attachment';
  @Column('text') name!: string;
  @Column('text', { name: 'content_type' }) contentType!: string;
  /** Bytes; a bigint, so a string in JavaScript. */
  @Column('bigint') size!: string;
  /** Of the content as it is delivered. */
  @Column('bytea') sha256!: Buffer;
  /** Of the content as the sender gave it; another than `sha256` once the axis has sealed it. */
  @Column('bytea', { name: 'submitted_sha256' }) submittedSha256!: Buffer;
}

export type LinkKind = 'answers' | 'updates' | 'replaces';

/** An earlier document that this one answers, updates or replaces. */
@Entity({ name: 'document_links' })
@Check('document_links_kind_check', `kind IN ('answers', 'updates', 'replaces')`)
@Index('document_links_target', ['targetId'], { where: 'target_id IS NOT NULL' })
@Index('document_links_reference', ['targetReference'])
export class DocumentLinkEntity {
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId!: string;
  @PrimaryColumn('smallint') position!: number;
  @Column('text') kind!: LinkKind;
  /** Null when the axis does not know it, or the sender was no party to it. */
  @Column('uuid', { name: 'target_id', nullable: true }) targetId!: string | null;
  /** As the sender named it: `OrganId,yyyy/MM/dd,Number/Notation`, or an id. */
  @Column('text', { name: 'target_reference' }) targetReference!: string;
  /** For whom it is replaced; null for all its receivers. */
  @Column('uuid', { name: 'agency_ids', array: true, nullable: true }) agencyIds!: string[] | null;
}

/** Takes a document's own reference for one document, and tells a repetition from a conflict. */
@Entity({ name: 'document_references' })
export class DocumentReferenceEntity {
  @PrimaryColumn('smallint') year!: number;
  @PrimaryColumn('text') reference!: string;
  @Column('uuid', { name: 'document_id' }) documentId!: string;
  /** SHA-256 over what was submitted. */
  @Column('bytea') fingerprint!: Buffer;
}

@Entity({ name: 'idempotency_keys' })
@Index('idempotency_keys_created_at', ['createdAt'])
export class IdempotencyKeyEntity {
  @PrimaryColumn('uuid', { name: 'system_id' }) systemId!: string;
  @PrimaryColumn('text') key!: string;
  @Column('bytea') fingerprint!: Buffer;
  @Column('uuid', { name: 'document_id' }) documentId!: string;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
