import type { Certificate, Indication, SubIndication } from '@axis/pki';

import type { Reason } from './reasons';

/** PAdES baseline levels (ETSI EN 319 142-1 §6); `CMS` is the older `adbe.pkcs7.detached`. */
export type PadesLevel = 'CMS' | 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

/** ETSI EN 319 102-1 §5.1.3. */
export interface Verdict {
  readonly indication: Indication;
  readonly subIndication?: SubIndication;
}

export interface SignatureReport extends Verdict {
  /** Fully qualified name of the signature field. */
  readonly field: string;
  /** A document timestamp is a signature too, by a timestamping authority. */
  readonly kind: 'signature' | 'document-timestamp';
  /** How to call the signer: the certificate's common name. */
  readonly signer?: string;
  readonly certificate?: Certificate;
  readonly level?: PadesLevel;
  readonly coversWholeDocument: boolean;
  readonly laterChanges: 'none' | 'allowed' | 'forbidden';
  /** When it was proven to exist if timestamped, else when the signer says it was made. */
  readonly signingTime?: Date;
  readonly timestamped: boolean;
  /** Everything that kept it from passing, and what is worth knowing when it passed. */
  readonly reasons: readonly Reason[];
}

export interface ValidationReport extends Verdict {
  readonly status: 'validated' | 'unsigned' | 'unreadable';
  /** In the order in which they were made. */
  readonly signatures: readonly SignatureReport[];
  /** What is wrong with the file as a whole. */
  readonly problems: readonly Reason[];
}

const RANK: Readonly<Record<Indication, number>> = { 'TOTAL-PASSED': 0, INDETERMINATE: 1, 'TOTAL-FAILED': 2 };

/** A document is as good as its worst part. */
export function worst(first: Verdict, ...others: readonly Verdict[]): Verdict {
  return others.reduce((a, b) => (RANK[b.indication] > RANK[a.indication] ? b : a), first);
}
