import { LRUCache } from 'lru-cache';
import { Certificate } from '../certificate';
import { RevocationEvidence } from '../revocation/revocation-status';
import { Indication, SubIndication } from './indication';
import { CertificateQuestion } from './certificate-question';
import { PathTrial } from './path-trial';
import { Problem, outcomeOf } from './problem';
import { TrustPolicy } from './trust-policy';

/** The answer. `subIndication` and `problems` are there unless it passed. */
export interface CertificateVerdict {
  readonly indication: Indication;
  readonly subIndication?: SubIndication;
  readonly problems: readonly Problem[];
  /** The certificate, its issuers, the trust anchor last; only the certificate when no path was found. */
  readonly path: readonly Certificate[];
  /** Certificate policies that the path holds, as the trust anchor names them. */
  readonly policies: ReadonlySet<string>;
  /** What the revocation status of the path rests on. */
  readonly evidence: RevocationEvidence;
  /** Certificates, with their issuers, whose revocation status is not known. */
  readonly undetermined: readonly { readonly certificate: Certificate; readonly issuer: Certificate }[];
}

interface RememberedVerdict {
  readonly verdict: CertificateVerdict;
  readonly from: number;
  readonly until: number;
  readonly now: number;
}

/**
 * Validates certificates under one trust policy, offline, from what it is given: RFC 5280 §6 with revocation, answered
 * in the terms of ETSI EN 319 102-1. Passed verdicts are remembered for as long as nothing they rest on runs out.
 */
export class CertificateValidator {
  private readonly remembered: LRUCache<string, RememberedVerdict>;

  /** @param rememberedAtMost passed verdicts kept at a time */
  constructor(
    readonly policy: TrustPolicy,
    rememberedAtMost = 10_000,
  ) {
    this.remembered = new LRUCache({ max: rememberedAtMost });
  }

  validate(question: CertificateQuestion): CertificateVerdict {
    const key = keyOf(question);
    const known = this.remembered.get(key);
    const at = question.at.getTime();
    const now = question.now?.getTime() ?? at;
    if (known && known.from <= at && at <= known.until && known.now <= now) return known.verdict;

    const trial = new PathTrial(this.policy, question);
    const outcome = trial.run();
    const verdict = this.verdictOf(question, outcome);
    if (verdict.indication === 'TOTAL-PASSED') {
      this.remembered.set(key, { verdict, from: at, until: outcome.until.getTime(), now });
    }
    return verdict;
  }

  private verdictOf(question: CertificateQuestion, outcome: ReturnType<PathTrial['run']>): CertificateVerdict {
    const { problems, path, policies, evidence, undetermined } = outcome;
    const [problem] = problems;
    if (!problem) return { indication: 'TOTAL-PASSED', problems, path, policies, evidence, undetermined };
    const [indication, subIndication] = outcomeOf(problem, question.certificate, question.timeProven ?? false);
    return { indication, subIndication, problems, path, policies, evidence, undetermined };
  }
}

/** Other lists may tell of a revocation, so they ask another question; other candidates cannot undo a good path. */
function keyOf({ certificate, purpose = 'any', material }: CertificateQuestion): string {
  const lists = material?.crls.map((crl) => crl.fingerprint) ?? [];
  const answers = material?.ocspResponses.map((response) => response.fingerprint) ?? [];
  return [certificate.fingerprint, purpose, ...lists, ...answers].join();
}
