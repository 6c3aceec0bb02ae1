import {
  type Certificate,
  CmsOid,
  digestParts,
  parseSignedData,
  PkiError,
  type SignedData,
  type SignerFailureCode,
  type SignerInfo,
  verifyDetached,
} from '@axis/pki';

import type { SignedRevision } from './signed-revision';
import { type Reason, type OwnReasonCode, reason } from './reasons';
import type { Verdict } from './report';

export type Cryptography =
  | {
      readonly ok: true;
      readonly signedData: SignedData;
      readonly signerInfo: SignerInfo;
      readonly certificate: Certificate;
    }
  | { readonly ok: false; readonly verdict: Verdict; readonly reason: Reason; readonly certificate?: Certificate };

const CODES: Readonly<Record<SignerFailureCode, OwnReasonCode>> = {
  SIGNER_COUNT: 'signer-count',
  CONTENT_EMBEDDED: 'content-embedded',
  SIGNER_CERTIFICATE_NOT_FOUND: 'certificate-not-found',
  SIGNED_ATTRIBUTES_MISSING: 'signed-attributes',
  CONTENT_TYPE_MISMATCH: 'signed-attributes',
  MESSAGE_DIGEST_MISMATCH: 'digest-mismatch',
  ESS_CERTIFICATE_MISSING: 'certificate-reference',
  ESS_CERTIFICATE_MISMATCH: 'certificate-reference',
  SIGNATURE_MISMATCH: 'signature-wrong',
};

/** Checks the signature value of a signature dictionary over the bytes it covers; trust is another question. */
export function verifyCryptography(signed: SignedRevision, known: readonly Certificate[]): Cryptography {
  let signedData: SignedData;
  try {
    signedData = parseSignedData(signed.contents);
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return failed(
      { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
      reason('cms-malformed', error.message),
    );
  }
  const hash = signedData.signerInfos[0]?.digestAlgorithm ?? 'sha256';
  const result = verifyDetached(
    signedData,
    {
      contentDigest: digestParts(hash, signed.covered),
      contentType: CmsOid.data,
      signingCertificate: signed.subFilter === 'ETSI.CAdES.detached' ? 'required' : 'if-present',
    },
    known,
  );
  if (!result.valid) {
    const { code, indication, subIndication } = result.failure;
    return failed({ indication, subIndication }, reason(CODES[code]), result.certificate);
  }
  return { ok: true, signedData, signerInfo: result.signerInfo, certificate: result.certificate };
}

function failed(verdict: Verdict, why: Reason, certificate?: Certificate): Cryptography {
  return { ok: false, verdict, reason: why, ...(certificate && { certificate }) };
}
