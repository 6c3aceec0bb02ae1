import type { Reason } from './reasons';
import type { SignatureReport, ValidationReport } from './report';

/** A report as plain JSON, to be kept with the document: the certificate by its name, number and fingerprint. */
export function reportJson({ status, indication, subIndication, signatures, problems }: ValidationReport) {
  return {
    status,
    indication,
    ...(subIndication && { subIndication }),
    signatures: signatures.map(signatureJson),
    problems: problems.map(reasonJson),
  };
}

function signatureJson({ certificate, signingTime, reasons, ...rest }: SignatureReport) {
  return {
    ...rest,
    ...(signingTime && { signingTime: signingTime.toISOString() }),
    ...(certificate && {
      certificate: {
        subject: certificate.subject.toString(),
        issuer: certificate.issuer.toString(),
        serial: certificate.serial,
        sha256: certificate.fingerprint,
      },
    }),
    reasons: reasons.map(reasonJson),
  };
}

function reasonJson({ code, en, vi, detail }: Reason) {
  return { code, en, vi, ...(detail !== undefined && { detail }) };
}
