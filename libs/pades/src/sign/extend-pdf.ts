import { PadesError } from '../errors';
import { Increment, PdfFile } from '../syntax';
import type { Judged } from '../validate/judge-signature';
import { examine, type ValidationOptions } from '../validate/validate-pdf';
import { addDocumentTimestamp } from './document-timestamp';
import { addToSecurityStore, evidenceOf, type SignatureEvidence } from './security-store';
import type { TimestampSource } from './sign-pdf';

export interface ExtendOptions extends ValidationOptions {
  readonly level: 'B-T' | 'B-LT' | 'B-LTA';
  readonly timestamps: TimestampSource;
}

/**
 * Raises every signature of a file to a higher PAdES level, in revisions of their own: a document timestamp over
 * signatures that have none (B-T), the evidence to validate them offline (B-LT), and a timestamp over that (B-LTA). A file
 * at B-LTA is renewed: the evidence of its last timestamp is added and stamped anew, before its authority's certificate or
 * algorithm runs out (ETSI EN 319 142-1 §5.5).
 *
 * @throws PadesError 'not-signed'; 'not-valid' when a signature, or its revocation status, does not pass now; as `signPdf`
 * @throws PkiError of the time-stamping authority
 */
export async function extendPdf(pdf: Buffer, options: ExtendOptions): Promise<Buffer> {
  const { level, timestamps } = options;
  let current = pdf;
  let found = await examineNow(current, options);
  if (found.judged.some(({ report }) => !report.timestamped)) {
    current = await addDocumentTimestamp(current, timestamps);
    found = await examineNow(current, options);
  }
  if (level === 'B-T') return current;
  const evidence = found.located.map(({ signed }, i): SignatureEvidence => {
    const { report, paths } = found.judged[i] ?? missing();
    if (
      report.indication !== 'TOTAL-PASSED' ||
      'code' in signed ||
      paths.some((path) => path.undetermined.length > 0)
    ) {
      throw new PadesError(
        'not-valid',
        `${report.field}: ${report.reasons.map(({ en }) => en).join(' ') || 'revocation unknown'}`,
      );
    }
    return evidenceOf(signed.contents, paths);
  });
  const addEvidence = (increment: Increment): void => {
    addToSecurityStore(increment, evidence);
  };
  if (level === 'B-LTA') return addDocumentTimestamp(current, timestamps, addEvidence);
  const increment = new Increment(PdfFile.open(current));
  addEvidence(increment);
  return Buffer.concat([current, increment.write().bytes]);
}

async function examineNow(pdf: Buffer, options: ValidationOptions): Promise<Awaited<ReturnType<typeof examine>>> {
  const found = await examine(PdfFile.open(pdf), options);
  if (found.judged.length === 0) throw new PadesError('not-signed', 'the file has no signature');
  return found;
}

function missing(): Judged {
  throw new TypeError('each signature is judged');
}
