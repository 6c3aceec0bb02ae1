import {
  allowsKey,
  allowsScheme,
  type Certificate,
  type CertificatePurpose,
  type CertificateValidator,
  type CertificateVerdict,
  Crl,
  OcspResponse,
  type RevocationMaterial,
  type RevocationSource,
  type SignedData,
  type SignerInfo,
  validateOnline,
} from '@axis/pki';

import { type FileEvidence, parsed } from './evidence-in-file';
import { certificateReason, type Reason, reason } from './reasons';
import type { Verdict } from './report';

/** A time to judge by; `proven` by a timestamp to be the time of the signature, rather than merely now. */
export interface Moment {
  readonly time: Date;
  readonly proven: boolean;
}

/** Whether a certificate, and the algorithms used with it, carry a signature at a moment. */
export interface CertificateJudgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** Undefined when trust was not to be checked. */
  readonly certificate?: CertificateVerdict;
}

/** Judges signers and timestamping authorities of one file: under a policy, from what the file and the caller bring along. */
export class CertificateJudge {
  constructor(
    /** Undefined: cryptography only. */
    private readonly validator: CertificateValidator | undefined,
    private readonly source: RevocationSource | undefined,
    private readonly now: Date,
    private readonly evidence: FileEvidence,
  ) {}

  /** Certificates that the file brings along, besides those inside its signatures. */
  get certificates(): readonly Certificate[] {
    return this.evidence.certificates;
  }

  async judge(
    certificate: Certificate,
    { certificates, crls, ocspResponses }: SignedData,
    signerInfo: SignerInfo,
    purpose: CertificatePurpose,
    { time, proven }: Moment,
  ): Promise<CertificateJudgement> {
    if (!this.validator) return { verdict: { indication: 'TOTAL-PASSED' }, reasons: [reason('trust-not-checked')] };
    const { algorithms } = this.validator.policy;
    const weak = !allowsScheme(algorithms, signerInfo.scheme) || !algorithms.hashes.has(signerInfo.digestAlgorithm);
    if (weak || !allowsKey(algorithms, certificate.publicKeyFacts)) {
      const subIndication = proven ? 'CRYPTO_CONSTRAINTS_FAILURE' : 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE';
      return { verdict: { indication: 'INDETERMINATE', subIndication }, reasons: [reason('weak-algorithm')] };
    }
    const question = {
      certificate,
      at: time,
      timeProven: proven,
      now: this.now,
      purpose,
      candidates: [...certificates, ...this.evidence.certificates],
      material: this.materialWith(crls, ocspResponses),
    };
    const verdict = this.source
      ? await validateOnline(this.validator, this.source, question)
      : this.validator.validate(question);
    const { indication, subIndication, problems } = verdict;
    return {
      verdict: subIndication ? { indication, subIndication } : { indication },
      reasons: problems.map(certificateReason),
      certificate: verdict,
    };
  }

  private materialWith(crls: readonly Buffer[], ocspResponses: readonly Buffer[]): RevocationMaterial {
    const { material } = this.evidence;
    if (crls.length === 0 && ocspResponses.length === 0) return material;
    return {
      crls: [...material.crls, ...crls.flatMap((der) => parsed(der, (bytes) => Crl.fromDer(bytes)))],
      ocspResponses: [
        ...material.ocspResponses,
        ...ocspResponses.flatMap((der) => parsed(der, (bytes) => OcspResponse.fromDer(bytes))),
      ],
    };
  }
}
