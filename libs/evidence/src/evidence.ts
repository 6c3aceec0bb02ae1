import type { EvidenceKind, StatusCode } from '@axis/edoc';

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
    /** The delivery to the agency that forwarded it. */
    readonly forwardedFrom?: string;
  };
  readonly status?: {
    readonly code: StatusCode;
    readonly reason?: string;
    readonly staff?: string;
    readonly occurredAt: string;
  };
  /** Why the receiver never gets to see it, or has it no more, and what the sender says of it. */
  readonly withdrawal?: { readonly cause: 'recall' | 'removal' | 'update' | 'replace'; readonly reason?: string };
  /** The document that takes its place for this receiver. */
  readonly supersession?: { readonly by: string; readonly how: 'update' | 'replace' };
  /** The limit that passed. */
  readonly overdue?: { readonly step: 'acknowledge' | 'process'; readonly limit: string };
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
