import { hashLength, verifySignature } from '../algorithms';
import { Certificate } from '../certificate';
import { SubIndication } from '../validation/indication';
import { CmsOid } from './oids';
import { SignedData, SignerInfo } from './signed-data';
import { namesCertificate } from './signing-certificate';

/** Why a signer's signature is not good. Stable, for reports. */
export type SignerFailureCode =
  | 'SIGNER_COUNT'
  | 'CONTENT_EMBEDDED'
  | 'SIGNER_CERTIFICATE_NOT_FOUND'
  | 'SIGNED_ATTRIBUTES_MISSING'
  | 'CONTENT_TYPE_MISMATCH'
  | 'MESSAGE_DIGEST_MISMATCH'
  | 'ESS_CERTIFICATE_MISSING'
  | 'ESS_CERTIFICATE_MISMATCH'
  | 'SIGNATURE_MISMATCH';

export interface SignerFailure {
  readonly code: SignerFailureCode;
  readonly indication: 'TOTAL-FAILED' | 'INDETERMINATE';
  readonly subIndication: SubIndication;
}

export type SignerVerification =
  | { readonly valid: true; readonly signerInfo: SignerInfo; readonly certificate: Certificate }
  | { readonly valid: false; readonly failure: SignerFailure; readonly certificate?: Certificate };

export interface SignerExpectation {
  /** Digest of the content by the signer's `digestAlgorithm`. */
  readonly contentDigest: Uint8Array;
  /** Content type the signed attributes must name; data unless said. */
  readonly contentType?: string;
  /** CAdES and RFC 3161 require the reference; plain CMS (`adbe.pkcs7.detached` of old) may do without. */
  readonly signingCertificate?: 'required' | 'if-present';
}

const failures: Readonly<Record<SignerFailureCode, Omit<SignerFailure, 'code'>>> = {
  SIGNER_COUNT: { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  CONTENT_EMBEDDED: { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  SIGNER_CERTIFICATE_NOT_FOUND: { indication: 'INDETERMINATE', subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' },
  SIGNED_ATTRIBUTES_MISSING: { indication: 'INDETERMINATE', subIndication: 'SIG_CONSTRAINTS_FAILURE' },
  CONTENT_TYPE_MISMATCH: { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  MESSAGE_DIGEST_MISMATCH: { indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' },
  ESS_CERTIFICATE_MISSING: { indication: 'INDETERMINATE', subIndication: 'SIG_CONSTRAINTS_FAILURE' },
  ESS_CERTIFICATE_MISMATCH: { indication: 'INDETERMINATE', subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' },
  SIGNATURE_MISMATCH: { indication: 'TOTAL-FAILED', subIndication: 'SIG_CRYPTO_FAILURE' },
};

/**
 * Verifies a detached signature by exactly one signer with nothing embedded, as PDF requires. Cryptography and
 * binding only: whether the certificate is to be trusted is another question.
 */
export function verifyDetached(
  signedData: SignedData,
  expectation: SignerExpectation,
  moreCertificates: readonly Certificate[] = [],
): SignerVerification {
  const [signerInfo, ...others] = signedData.signerInfos;
  if (!signerInfo || others.length > 0) return fail('SIGNER_COUNT');
  if (signedData.content !== undefined || signedData.contentType !== CmsOid.data) return fail('CONTENT_EMBEDDED');
  return verifySignerInfo(signerInfo, [...signedData.certificates, ...moreCertificates], expectation);
}

/** RFC 5652 §5.6 and RFC 5035 §5.4: one signer's signature over its attributes, and those over the content. */
export function verifySignerInfo(
  signerInfo: SignerInfo,
  certificates: readonly Certificate[],
  expectation: SignerExpectation,
): SignerVerification {
  const { contentDigest, contentType = CmsOid.data, signingCertificate = 'required' } = expectation;
  const { signedBytes, messageDigest, signingCertificate: reference } = signerInfo;
  const candidates = certificates.filter((candidate) => isNamedBy(signerInfo, candidate));
  // Two certificates may share issuer and serial only by fraud or mistake: the reference then tells which is meant.
  const certificate =
    candidates.find((candidate) => reference && namesCertificate(reference, candidate)) ?? candidates[0];
  if (!certificate) return fail('SIGNER_CERTIFICATE_NOT_FOUND');
  if (!signedBytes) return fail('SIGNED_ATTRIBUTES_MISSING', certificate);
  if (signerInfo.contentType !== contentType) return fail('CONTENT_TYPE_MISMATCH', certificate);
  if (contentDigest.length !== hashLength(signerInfo.digestAlgorithm) || !messageDigest?.equals(contentDigest)) {
    return fail('MESSAGE_DIGEST_MISMATCH', certificate);
  }
  if (!reference && signingCertificate === 'required') return fail('ESS_CERTIFICATE_MISSING', certificate);
  if (reference && !namesCertificate(reference, certificate)) return fail('ESS_CERTIFICATE_MISMATCH', certificate);
  if (!verifySignature(signerInfo.scheme, certificate.publicKey, signedBytes, signerInfo.signature)) {
    return fail('SIGNATURE_MISMATCH', certificate);
  }
  return { valid: true, signerInfo, certificate };
}

function isNamedBy({ identifier }: SignerInfo, certificate: Certificate): boolean {
  return 'serial' in identifier
    ? certificate.serial === identifier.serial && certificate.issuer.equals(identifier.issuer)
    : (certificate.extensions.subjectKeyIdentifier?.equals(identifier.subjectKeyIdentifier) ?? false);
}

const fail = (code: SignerFailureCode, certificate?: Certificate): SignerVerification => ({
  valid: false,
  failure: { code, ...failures[code] },
  ...(certificate && { certificate }),
});
