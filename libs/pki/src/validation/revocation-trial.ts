import { Certificate } from '../certificate';
import { PkiError } from '../errors';
import { allowsKey, allowsScheme } from '../path/algorithm-policy';
import { Crl } from '../revocation/crl';
import { crlStatus } from '../revocation/crl-status';
import { OcspResponse } from '../revocation/ocsp-response';
import { ocspStatus } from '../revocation/ocsp-status';
import { RevocationEvidence, RevocationStatus, RevocationTimes } from '../revocation/revocation-status';
import { CertificateQuestion } from './certificate-question';
import { Problem } from './problem';
import { TrustPolicy } from './trust-policy';

/** What judging lists and responses needs of the trial they are part of. */
export interface SignerJudge {
  readonly policy: TrustPolicy;
  readonly question: CertificateQuestion;
  /** Certificates known by that name. */
  named(canonicalName: string): readonly Certificate[];
  /** Basic path validation alone. */
  holds(path: readonly Certificate[], at: Date): boolean;
  /** Whether the signer of a list was itself good at `at`, under the same trust anchor (RFC 5280 §6.3.3 f). */
  trustsSigner(signer: Certificate, anchor: Certificate, at: Date): boolean;
  /** Puts a signer on trial; one whose own status turns on itself is taken to be good. */
  whileTrying(signer: Certificate, judge: () => boolean): boolean;
}

export interface RevocationOutcome {
  readonly problems: readonly Problem[];
  readonly evidence: RevocationEvidence;
  readonly undetermined: readonly { readonly certificate: Certificate; readonly issuer: Certificate }[];
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** The revocation status of every certificate of a path below its anchor, from the top down. */
export class RevocationTrial {
  private readonly times: RevocationTimes;
  private readonly anchor: Certificate;
  private readonly crls = new Set<Crl>();
  private readonly ocspResponses = new Set<OcspResponse>();
  private readonly signers = new Set<Certificate>();
  private until = Infinity;

  constructor(
    private readonly trial: SignerJudge,
    private readonly path: readonly Certificate[],
    at: Date,
  ) {
    const { now = at } = trial.question;
    this.times = { at, now: now > at ? now : at, maximumAge: trial.policy.maximumAge };
    this.anchor = path[path.length - 1] as Certificate;
  }

  run(): RevocationOutcome {
    const problems: Problem[] = [];
    const undetermined: { certificate: Certificate; issuer: Certificate }[] = [];
    const { revocation } = this.trial.policy;
    for (let index = this.path.length - 2; index >= 0 && revocation !== 'ignored'; index--) {
      const certificate = this.path[index];
      const issuer = this.path[index + 1];
      if (!certificate || !issuer) break;
      const status = this.statusOf(certificate, issuer);
      if (status.status === 'unknown') {
        undetermined.push({ certificate, issuer });
        if (revocation === 'if-known') continue;
        problems.push({ code: 'REVOCATION_UNKNOWN', certificate, detail: status.detail });
        continue;
      }
      this.keep(status.evidence);
      if (status.status === 'revoked') {
        const detail = `${status.revokedAt.toISOString()}, reason ${status.reason}`;
        problems.unshift({ code: 'CERTIFICATE_REVOKED', certificate, detail });
        break;
      }
      this.until = Math.min(this.until, status.until.getTime());
    }
    const evidence = {
      crls: [...this.crls],
      ocspResponses: [...this.ocspResponses],
      certificates: [...this.signers].filter((signer) => !this.path.includes(signer)),
    };
    return { problems, evidence, undetermined, until: this.until };
  }

  /** What shows a revocation goes before what shows none. */
  private statusOf(certificate: Certificate, issuer: Certificate): RevocationStatus {
    const { crls = [], ocspResponses = [] } = this.trial.question.material ?? {};
    const byOcsp = ocspStatus(certificate, issuer, ocspResponses, {
      times: this.times,
      allows: (response, signer) => this.allows(response, signer),
      trustsResponder: (responder, producedAt) => this.trustsResponder(responder, issuer, this.latest(producedAt)),
    });
    if (byOcsp.status === 'revoked') return byOcsp;
    const byCrl = crlStatus(certificate, crls, {
      times: this.times,
      findSigner: (crl) => this.findCrlSigner(crl, issuer),
    });
    return byCrl.status === 'revoked' || byOcsp.status === 'unknown' ? byCrl : byOcsp;
  }

  private findCrlSigner(crl: Crl, issuer: Certificate): Certificate | undefined {
    const when = this.latest(crl.thisUpdate);
    const others = this.trial.named(crl.issuer.canonical);
    return [issuer, this.anchor, ...others].find((signer) => {
      const { keyUsage } = signer.extensions;
      return (
        signer.subject.equals(crl.issuer) &&
        (keyUsage?.has('cRLSign') ?? true) &&
        this.allows(crl, signer) &&
        crl.isSignedBy(signer) &&
        (signer === issuer || signer === this.anchor || this.trial.trustsSigner(signer, this.anchor, when))
      );
    });
  }

  /** Its issuer is the one whose word the answer is, and stands in the path already. */
  private trustsResponder(responder: Certificate, issuer: Certificate, at: Date): boolean {
    const path = [responder, ...this.path.slice(this.path.indexOf(issuer))];
    if (!this.trial.holds(path, at)) return false;
    if (responder.extensions.ocspNoCheck) return true; // RFC 6960 §4.2.2.2.1
    return this.trial.whileTrying(responder, () => {
      const own = new RevocationTrial(this.trial, path, at).statusOf(responder, issuer);
      return own.status === 'good';
    });
  }

  /** A signer must have been good when it signed, and at the time asked about if that is later. */
  private latest(signedAt: Date): Date {
    return signedAt > this.times.at ? signedAt : this.times.at;
  }

  private allows(signed: Crl | OcspResponse, signer: Certificate): boolean {
    const { algorithms } = this.trial.policy;
    try {
      return allowsScheme(algorithms, signed.scheme) && allowsKey(algorithms, signer.publicKeyFacts);
    } catch (error) {
      if (error instanceof PkiError) return false;
      throw error;
    }
  }

  private keep(evidence: RevocationEvidence): void {
    for (const crl of evidence.crls) this.crls.add(crl);
    for (const response of evidence.ocspResponses) this.ocspResponses.add(response);
    for (const signer of evidence.certificates) {
      this.signers.add(signer);
      if (signer !== this.anchor) this.until = Math.min(this.until, signer.notAfter.getTime());
    }
  }
}
