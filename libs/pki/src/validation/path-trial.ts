import { Certificate } from '../certificate';
import { PkiError } from '../errors';
import { CertificatePool, buildPaths } from '../path/build-paths';
import { PathOutcome, validatePath } from '../path/validate-path';
import { RevocationEvidence } from '../revocation/revocation-status';
import { CertificateQuestion } from './certificate-question';
import { purposeProblem } from './key-purpose';
import { Problem, problemOf } from './problem';
import { RevocationTrial, SignerJudge } from './revocation-trial';
import { TrustPolicy } from './trust-policy';

export interface PathTrialOutcome {
  /** Empty: the path passed. The first is the one that decides. */
  readonly problems: readonly Problem[];
  readonly path: readonly Certificate[];
  readonly policies: ReadonlySet<string>;
  readonly evidence: RevocationEvidence;
  readonly undetermined: readonly { readonly certificate: Certificate; readonly issuer: Certificate }[];
  /** Until when, of the times validated at, a pass stays a pass. */
  readonly until: Date;
}

const noEvidence: RevocationEvidence = { crls: [], ocspResponses: [], certificates: [] };

/** Paths tried in full for one question, those of CRL signers and OCSP responders included. */
const trialLimit = 64;

/** One question put to every path there is, until one passes. */
export class PathTrial implements SignerJudge {
  private readonly pool: CertificatePool;
  private trials = 0;
  /** Signers of lists and responses whose own status is being determined: theirs rests on nothing but themselves. */
  private readonly underTrial = new Set<string>();

  constructor(
    readonly policy: TrustPolicy,
    readonly question: CertificateQuestion,
  ) {
    const { candidates = [], material } = question;
    const responders = (material?.ocspResponses ?? []).flatMap((response) => response.certificates);
    this.pool = new CertificatePool([...candidates, ...policy.intermediates, ...responders]);
  }

  run(): PathTrialOutcome {
    const { certificate, at, purpose = 'any' } = this.question;
    try {
      const wrongPurpose = purposeProblem(certificate, purpose);
      if (wrongPurpose) return failed([wrongPurpose], [certificate]);
      return this.tryPaths(certificate, this.policy.anchors, at);
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      return failed([problemOf(error, certificate)], [certificate]);
    }
  }

  named(canonicalName: string): readonly Certificate[] {
    return this.pool.named(canonicalName);
  }

  trustsSigner(signer: Certificate, anchor: Certificate, at: Date): boolean {
    return this.whileTrying(signer, () => this.tryPaths(signer, [anchor], at).problems.length === 0);
  }

  whileTrying(signer: Certificate, judge: () => boolean): boolean {
    if (this.underTrial.has(signer.fingerprint)) return true;
    this.underTrial.add(signer.fingerprint);
    try {
      return judge();
    } finally {
      this.underTrial.delete(signer.fingerprint);
    }
  }

  holds(path: readonly Certificate[], at: Date): boolean {
    return this.validateBasics(path, at).valid;
  }

  private tryPaths(leaf: Certificate, anchors: readonly Certificate[], at: Date): PathTrialOutcome {
    let best: PathTrialOutcome | undefined;
    for (const path of buildPaths(leaf, { anchors: new CertificatePool(anchors), issuers: this.pool })) {
      if (++this.trials > trialLimit) break;
      const outcome = this.tryPath(path, at);
      if (outcome.problems.length === 0) return outcome;
      // Revocation is asked only of what is otherwise good: such a path came closest
      if (!best || (best.evidence === noEvidence && outcome.evidence !== noEvidence)) best = outcome;
    }
    return best ?? failed([this.noPathProblem(leaf, anchors)], [leaf]);
  }

  private tryPath(path: readonly Certificate[], at: Date): PathTrialOutcome {
    const basic = this.validateBasics(path, at);
    if (!basic.valid) return failed([basic.problem], path);
    const revocation = new RevocationTrial(this, path, at).run();
    const until = Math.min(...path.slice(0, -1).map((member) => member.notAfter.getTime()), revocation.until);
    return { ...revocation, path, policies: basic.policies, until: new Date(until) };
  }

  private validateBasics(path: readonly Certificate[], at: Date): PathOutcome {
    return validatePath(path, { ...this.policy, at });
  }

  /** An issuer of the right name but the wrong key is another finding than none at all. */
  private noPathProblem(leaf: Certificate, anchors: readonly Certificate[]): Problem {
    const anchorPool = new CertificatePool(anchors);
    const seen = new Set<Certificate>();
    for (let current = leaf; !seen.has(current);) {
      seen.add(current);
      const child = current;
      const named = [...anchorPool.named(child.issuer.canonical), ...this.pool.named(child.issuer.canonical)];
      try {
        const issuer = named.find((candidate) => child.isSignedBy(candidate));
        if (!issuer && named.length > 0) return { code: 'CERTIFICATE_SIGNATURE_INVALID', certificate: child };
        if (issuer) current = issuer;
      } catch (error) {
        if (error instanceof PkiError) return problemOf(error, child);
        throw error;
      }
    }
    return { code: 'NO_CERTIFICATE_CHAIN', certificate: leaf };
  }
}

const failed = (problems: readonly Problem[], path: readonly Certificate[]): PathTrialOutcome => ({
  problems,
  path,
  policies: new Set(),
  evidence: noEvidence,
  undetermined: [],
  until: new Date(0),
});
