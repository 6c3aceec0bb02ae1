import { digest, encodeHashAlgorithm } from '../algorithms';
import { Tag, der } from '../asn1';
import { Certificate, ExtensionOid } from '../certificate';

/** CertID. SHA-1 because every responder knows it (RFC 5019 §2.1.1); it only names the certificate. */
export const encodeCertificateId = (certificate: Certificate, issuer: Certificate): Buffer =>
  der.sequence(
    encodeHashAlgorithm('sha1'),
    der.octetString(digest('sha1', certificate.issuer.der)),
    der.octetString(digest('sha1', issuer.publicKeyOctets)),
    der.element(Tag.Integer, Buffer.from(certificate.serial, 'hex')),
  );

/** An OCSPRequest about one certificate (RFC 6960 §4.1), with a nonce against replays (RFC 8954). */
export function encodeOcspRequest(certificate: Certificate, issuer: Certificate, nonce?: Buffer): Buffer {
  const requests = der.sequence(der.sequence(encodeCertificateId(certificate, issuer)));
  const extension =
    nonce && der.sequence(der.sequence(der.oid(ExtensionOid.ocspNonce), der.octetString(der.octetString(nonce))));
  return der.sequence(der.sequence(requests, ...(extension ? [der.context(2, extension)] : [])));
}
