import { RevocationMaterial } from '../revocation/revocation-status';
import { RevocationFindings, RevocationSource } from '../revocation/revocation-source';
import { CertificateQuestion } from './certificate-question';
import { CertificateValidator, CertificateVerdict } from './certificate-validator';

export interface OnlineVerdict extends CertificateVerdict {
  /** What could not be had. */
  readonly failures: RevocationFindings['failures'];
}

/** Lists may be signed by certificates whose own status has to be asked for in turn. */
const rounds = 3;

/**
 * Validates with what is at hand, asks `source` for what is missing, and validates again. Only certificates whose path
 * to a trust anchor holds are asked about, so an address always comes from an issuer that is trusted.
 */
export async function validateOnline(
  validator: CertificateValidator,
  source: RevocationSource,
  question: CertificateQuestion,
): Promise<OnlineVerdict> {
  const failures = new Map<string, RevocationFindings['failures'][number]>();
  let material: RevocationMaterial = question.material ?? { crls: [], ocspResponses: [] };
  const began = Date.now();
  const start = question.now?.getTime() ?? began;
  // Asking takes time: an answer made meanwhile is not one from the future.
  const timed = () => ({ ...question, now: new Date(start + Date.now() - began) });
  let verdict = validator.validate(timed());
  for (let round = 0; round < rounds && verdict.undetermined.length > 0; round++) {
    const findings = await Promise.all(
      verdict.undetermined.map(({ certificate, issuer }) => source.find(certificate, issuer)),
    );
    for (const failure of findings.flatMap((finding) => finding.failures)) failures.set(failure.url, failure);
    const more = merge([material, ...findings]);
    if (more.crls.length === material.crls.length && more.ocspResponses.length === material.ocspResponses.length) break;
    material = more;
    verdict = validator.validate({ ...timed(), material });
  }
  return { ...verdict, failures: [...failures.values()] };
}

const merge = (materials: readonly RevocationMaterial[]): RevocationMaterial => ({
  crls: [...new Set(materials.flatMap((material) => material.crls))],
  ocspResponses: [...new Set(materials.flatMap((material) => material.ocspResponses))],
});
