import { createHash } from 'node:crypto';
import { type DocumentId, type Problem, problem } from '@axis/edoc';
import { type SignatureReport, type SignedToLevel, validatePdf, type ValidationReport } from '@axis/pades';
import type { Config } from '@axis/platform';
import type { SignatureFinding, SignerRole, StoredDocument, Verdict } from '@axis/storage';
import type { KeyRing } from './key-ring';
import type { SealDocument } from './seal-document';
import { missingSignature } from './signature-policy';

/** What was found of a document, and the PDF with the agency's seal on it when the axis put it there. */
export interface Examined {
  readonly verdict: Verdict;
  readonly sealedPdf?: Buffer;
  /** Why its seal is of a lower level than wanted. */
  readonly shortfall?: SignedToLevel['shortfall'];
}

/** By what a document is judged. */
export interface Judgement {
  readonly keys: KeyRing;
  readonly sealing: SealDocument;
  readonly policy: Config['signaturePolicy'];
  /** Who signs for the sending agency, by certificate subject. */
  readonly signers: ReadonlyMap<string, SignerRole>;
}

/**
 * Validates every signature of a document's main PDF, and puts the agency's seal on it where asked: only on what the competent
 * person has validly signed (NĐ 30/2020 Điều 32-33). A signature that cannot be determined is never taken as valid.
 */
export async function examineDocument(
  { document, files }: StoredDocument,
  pdf: Buffer,
  { keys, sealing, policy, signers }: Judgement,
): Promise<Examined> {
  const documentId = document.id as DocumentId;
  const where = { agency: document.fromCode, file: files[0]?.name ?? '' };
  const judge = async (bytes: Buffer) => {
    const report = await validatePdf(bytes, keys.validation);
    return {
      signatures: report.signatures.map((signature) => findingOf(signature, signers)),
      rejection: rejectionOf(report, where.file),
    };
  };
  const found = await judge(pdf);
  if (found.rejection) return { verdict: { documentId, ...found } };
  if (!document.seal) {
    return { verdict: { documentId, ...found, rejection: missingSignature(found.signatures, policy, where) } };
  }
  const seal = keys.sealOf(document.fromCode);
  if (!seal) return { verdict: { documentId, ...found, rejection: problem('seal.unavailable', where) } };

  const { pdf: sealedPdf, shortfall } = await sealing.seal(pdf, seal, found.signatures.at(-1)?.field);
  const { signatures, rejection } = await judge(sealedPdf);
  const refused = rejection ?? missingSignature(signatures, policy, where);
  if (refused) return { verdict: { documentId, signatures, rejection: refused } };
  const sealed = { sha256: createHash('sha256').update(sealedPdf).digest(), size: sealedPdf.length };
  return { verdict: { documentId, signatures, rejection, sealed }, sealedPdf, ...(shortfall && { shortfall }) };
}

function rejectionOf(report: ValidationReport, file: string): Problem | null {
  switch (report.status) {
    case 'unreadable':
      return problem('document.not_pdf', { file });
    case 'unsigned':
      return problem('signature.missing', { file });
    case 'validated': {
      if (report.indication === 'TOTAL-PASSED') return null;
      const told = { file, detailEn: faultsOf(report, 'en'), detailVi: faultsOf(report, 'vi') };
      return report.indication === 'TOTAL-FAILED'
        ? problem('signature.invalid', told)
        : problem('signature.undetermined', told);
    }
  }
}

/** Which signatures, and everything that is wrong with them; without a full stop at its end. */
function faultsOf({ signatures, problems }: ValidationReport, language: 'en' | 'vi'): string {
  const faulty = signatures.filter(({ indication }) => indication !== 'TOTAL-PASSED');
  const told = faulty.map(
    ({ signer, field, reasons }) => `${signer ?? field}: ${reasons.map((one) => one[language]).join(' ')}`,
  );
  return [...problems.map((one) => one[language]), ...told].join(' ').replace(/\.$/, '');
}

export function findingOf(signature: SignatureReport, signers: ReadonlyMap<string, SignerRole>): SignatureFinding {
  const { field, signer, certificate, indication, subIndication, level, signingTime, reasons } = signature;
  const { timestamped, coversWholeDocument, laterChanges } = signature;
  return {
    field,
    signer: signer ?? '',
    indication,
    ...(subIndication && { subIndication }),
    role: (certificate && signers.get(certificate.subject.toString())) ?? 'unregistered',
    ...(level && { level }),
    ...(signingTime && { signedAt: signingTime.toISOString() }),
    timestamped,
    coversWholeDocument,
    laterChanges,
    ...(certificate && { certificate: certificate.fingerprint }),
    reasons: reasons.map(({ code, en, vi }) => ({ code, en, vi })),
  };
}
