import { type Problem, problem } from '@axis/edoc';
import type { Config } from '@axis/platform';
import type { SignatureFinding, SignerRole } from '@axis/storage';

/** Which signatures must be there (NĐ 30/2020/NĐ-CP Điều 32-33: the competent person's, then the agency's). */
const REQUIRED: Readonly<Record<Config['signaturePolicy'], readonly SignerRole[]>> = {
  any: [],
  person: ['person'],
  agency: ['agency'],
  both: ['person', 'agency'],
};

const MISSING = { person: 'signature.person_missing', agency: 'signature.agency_missing' } as const;

/** What a document lacks by the axis's policy, though every signature it carries is valid; null when nothing. */
export function missingSignature(
  findings: readonly SignatureFinding[],
  policy: Config['signaturePolicy'],
  { agency, file }: { readonly agency: string; readonly file: string },
): Problem | null {
  const present = new Set(findings.filter(({ indication }) => indication === 'TOTAL-PASSED').map(({ role }) => role));
  const missing = REQUIRED[policy].find((role) => !present.has(role));
  return missing === undefined ? null : problem(MISSING[missing], { agency, file });
}
