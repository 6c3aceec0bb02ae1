import type { StatusCode } from '@axis/edoc';

/**
 * What an evidence tells of: event names of ETSI EN 319 522-1 §6, and `StatusReport`, our own for the steps a receiver reports
 * after the document is with it (EN 319 522 ends at the handover).
 */
export type EvidenceKind =
  | 'SubmissionAcceptance'
  | 'SubmissionRejection'
  | 'ContentConsignment'
  | 'ContentConsignmentFailure'
  | 'ContentHandover'
  | 'ConsignmentAcceptance'
  | 'ConsignmentRejection'
  | 'StatusReport';

/** One event of one document, as the axis witnessed it. Times are RFC 3339 in UTC; hashes are SHA-256 in hexadecimal. */
export interface Evidence {
  readonly version: 1;
  /** UUIDv7 of the event. */
  readonly id: string;
  readonly kind: EvidenceKind;
  readonly occurredAt: string;
  readonly document: {
    readonly id: string;
    /** `OrganId,yyyy/MM/dd,Number/Notation`. */
    readonly reference: string;
    readonly from: string;
    readonly files: readonly EvidenceFile[];
  };
  readonly signatures?: readonly { readonly signer: string; readonly indication: string }[];
  readonly delivery?: {
    readonly id: string;
    /** Code of the agency that receives. */
    readonly agency: string;
    readonly requestedAs: readonly string[];
    /** The closed agencies that led to it, when the one asked for has a successor. */
    readonly succession: readonly string[];
  };
  readonly status?: {
    readonly code: StatusCode;
    readonly reason?: string;
    readonly staff?: string;
    readonly occurredAt: string;
  };
  /** Why it was rejected or failed. */
  readonly problem?: { readonly code: string; readonly params: Readonly<Record<string, string | number>> };
}

export interface EvidenceFile {
  readonly name: string;
  readonly size: number;
  /** As it is delivered. */
  readonly sha256: string;
  /** As it was submitted; another one when the axis put the agency's seal on it. */
  readonly submittedSha256: string;
}
