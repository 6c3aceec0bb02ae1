import type { CertificateVerdict } from '@axis/pki';

import type { PdfFile } from '../syntax';
import { evidenceInFile, type FileEvidence } from './evidence-in-file';
import type { PadesLevel } from './report';

/** What a signature rests on once it has been judged. */
export interface Foundations {
  readonly subFilter: string;
  /** A signature or document timestamp over it is valid. */
  readonly timestamped: boolean;
  /** The paths of the signer and of the authorities of its own timestamps. */
  readonly paths: readonly CertificateVerdict[];
  /** The file as it is, and as the newest valid document timestamp has it. */
  readonly file: PdfFile;
  readonly stampedRevision: PdfFile | undefined;
}

/** The PAdES baseline level that was reached (ETSI EN 319 142-1 §6), as proven, not as claimed. */
export function levelOf({ subFilter, timestamped, paths, file, stampedRevision }: Foundations): PadesLevel {
  if (subFilter !== 'ETSI.CAdES.detached') return 'CMS';
  if (!timestamped) return 'B-B';
  if (!isSelfContained(paths, evidenceInFile(file))) return 'B-T';
  return stampedRevision && isSelfContained(paths, evidenceInFile(stampedRevision)) ? 'B-LTA' : 'B-LT';
}

/** Whether the store holds all that the paths rest on, so that they can be validated offline years from now. */
function isSelfContained(paths: readonly CertificateVerdict[], { material }: FileEvidence): boolean {
  const lists = new Set([...material.crls, ...material.ocspResponses].map(({ fingerprint }) => fingerprint));
  return (
    paths.length > 0 &&
    paths.every((verdict) => {
      if (verdict.indication !== 'TOTAL-PASSED') return false;
      const needed = [...verdict.evidence.crls, ...verdict.evidence.ocspResponses];
      const complete = verdict.undetermined.length === 0 && (needed.length > 0 || verdict.path.length < 2);
      return complete && needed.every(({ fingerprint }) => lists.has(fingerprint));
    })
  );
}
