import { SignatureScheme, encodeSignatureScheme } from '../algorithms';
import { Tag, der } from '../asn1';
import { ExtensionOid } from '../certificate';
import { encodeExtension } from './extension-encoding';
import { Issuer, naturalScheme, signStructure } from './issue-certificate';

/** One revoked certificate. `serial` as in `Certificate.serial`; `reason` as numbered in RFC 5280 §5.3.1. */
export interface RevokedCertificate {
  readonly serial: string;
  readonly revokedAt: Date;
  readonly reason?: number;
}

export interface CrlRequest {
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly RevokedCertificate[];
  readonly extensions?: readonly Buffer[];
  readonly scheme?: SignatureScheme;
}

/** Issues a CRL (RFC 5280 §5). @returns its DER */
export function issueCrl(request: CrlRequest, issuer: Issuer): Buffer {
  const scheme = request.scheme ?? naturalScheme(issuer.privateKey);
  const authorityKey = issuer.certificate.extensions.subjectKeyIdentifier;
  const entries = request.revoked.map((revoked) =>
    der.sequence(
      der.element(Tag.Integer, Buffer.from(revoked.serial, 'hex')),
      der.time(revoked.revokedAt),
      ...(revoked.reason === undefined
        ? []
        : [der.sequence(encodeExtension(ExtensionOid.reasonCode, der.enumerated(revoked.reason)))]),
    ),
  );
  const extensions = [
    ...(authorityKey
      ? [encodeExtension(ExtensionOid.authorityKeyIdentifier, der.sequence(der.contextPrimitive(0, authorityKey)))]
      : []),
    encodeExtension(ExtensionOid.crlNumber, der.integer(request.number)),
    ...(request.extensions ?? []),
  ];
  const tbs = der.sequence(
    der.integer(1),
    encodeSignatureScheme(scheme),
    issuer.certificate.subject.der,
    der.time(request.thisUpdate),
    der.time(request.nextUpdate),
    ...(entries.length > 0 ? [der.sequence(Buffer.concat(entries))] : []),
    der.context(0, der.sequence(...extensions)),
  );
  return signStructure(tbs, scheme, issuer.privateKey);
}
