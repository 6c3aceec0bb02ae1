import { Certificate, KeyPurpose } from '../certificate';
import { OcspAnswer, OcspResponse, identifies } from './ocsp-response';
import { RevocationStatus, RevocationTimes, coversTime, validUntil } from './revocation-status';

export interface OcspContext {
  readonly times: RevocationTimes;
  /** Whether policy allows the algorithm and the key. */
  allows(response: OcspResponse, signer: Certificate): boolean;
  /** Whether a responder that the issuer delegates to was itself good when it answered. */
  trustsResponder(responder: Certificate, producedAt: Date): boolean;
}

/** Whether OCSP responses show `certificate`, issued by `issuer`, revoked (RFC 6960 §3.2). */
export function ocspStatus(
  certificate: Certificate,
  issuer: Certificate,
  responses: readonly OcspResponse[],
  context: OcspContext,
): RevocationStatus {
  const { times } = context;
  const candidates = responses
    .flatMap((response) => response.answers.map((answer) => ({ response, answer })))
    .filter(({ answer }) => identifies(answer.id, certificate, issuer) && answer.status !== 'unknown')
    .filter(({ response, answer }) => coversTime(answer, certificate, response.archiveCutoff, times))
    .sort((a, b) => b.answer.thisUpdate.getTime() - a.answer.thisUpdate.getTime());
  for (const { response, answer } of candidates) {
    const signer = findResponder(response, issuer, context);
    if (signer) return statusOf(answer, response, signer, context);
  }
  return {
    status: 'unknown',
    detail: candidates.length > 0 ? 'no authorised OCSP responder' : 'no usable OCSP answer',
  };
}

function statusOf(
  { status, revokedAt, reason, ...answer }: OcspAnswer,
  response: OcspResponse,
  signer: Certificate,
  { times }: OcspContext,
): RevocationStatus {
  const evidence = { crls: [], ocspResponses: [response], certificates: [signer] };
  if (status === 'revoked' && revokedAt && revokedAt <= times.at) {
    return { status: 'revoked', revokedAt, reason, evidence };
  }
  const until = Math.min(validUntil(answer, times).getTime(), (revokedAt?.getTime() ?? Infinity) - 1);
  return { status: 'good', evidence, until: new Date(until) };
}

/**
 * RFC 6960 §4.2.2.2: the issuer itself, or whom it delegates to by a certificate that it issued with the OCSP signing
 * purpose. A certificate of another issuer never answers, whatever it says.
 */
function findResponder(response: OcspResponse, issuer: Certificate, context: OcspContext): Certificate | undefined {
  if (!response.isUnderstood) return undefined;
  return [issuer, ...response.certificates].find((candidate) => {
    if (!response.names(candidate) || !context.allows(response, candidate)) return false;
    return (
      response.isSignedBy(candidate) &&
      (candidate.publicKey.equals(issuer.publicKey) ||
        (isDelegate(candidate, issuer) && context.trustsResponder(candidate, response.producedAt)))
    );
  });
}

function isDelegate(candidate: Certificate, issuer: Certificate): boolean {
  const { extendedKeyUsage, keyUsage } = candidate.extensions;
  return (
    candidate.issuer.equals(issuer.subject) &&
    (extendedKeyUsage?.has(KeyPurpose.ocspSigning) ?? false) &&
    (keyUsage?.has('digitalSignature') ?? true) &&
    candidate.isSignedBy(issuer)
  );
}
