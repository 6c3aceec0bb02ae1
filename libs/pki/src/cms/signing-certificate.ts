import { HashName, decodeHashAlgorithm, digest } from '../algorithms';
import { DerElement, Tag, constructed, der } from '../asn1';
import { Certificate, Name } from '../certificate';

/** What a signature says about its signer's certificate: ESSCertID (SHA-1) or ESSCertIDv2 (RFC 5035 §4, §5.4.1.1). */
export interface SigningCertificateReference {
  readonly hash: HashName;
  readonly certificateHash: Buffer;
  /** Hex, with the issuer's name, when the reference carries them. */
  readonly issuerSerial: { readonly issuer: Name; readonly serial: string } | undefined;
}

/** SigningCertificateV2 for SHA-256, its default and so left out (X.690 §11.5). The issuer and serial stand in the sid. */
export const encodeSigningCertificateV2 = (certificate: Certificate): Buffer =>
  der.sequence(der.sequence(der.sequence(der.octetString(digest('sha256', certificate.der)))));

/** The first certificate of SigningCertificate (`version` 1) or SigningCertificateV2: that of the signer. */
export function decodeSigningCertificate(value: DerElement, version: 1 | 2): SigningCertificateReference {
  const signingCertificate = value.children();
  const [first] = [...signingCertificate.sequence()];
  signingCertificate.optional(Tag.Sequence); // policies
  signingCertificate.finish();
  if (first?.tag !== Tag.Sequence) return value.refuse('a signing certificate attribute names no certificate');
  const reader = first.children();
  const algorithm = version === 2 ? reader.optional(Tag.Sequence) : undefined;
  const hash = version === 1 ? 'sha1' : algorithm ? decodeHashAlgorithm(algorithm) : 'sha256';
  const certificateHash = reader.read(Tag.OctetString).content;
  const issuerSerial = reader.optional(Tag.Sequence);
  reader.finish();
  return { hash, certificateHash, issuerSerial: issuerSerial && decodeIssuerSerial(issuerSerial) };
}

/** IssuerSerial: GeneralNames holding one directoryName, and the serial number. */
function decodeIssuerSerial(element: DerElement): { issuer: Name; serial: string } {
  const reader = element.children();
  const names = reader.sequence();
  const issuer = new Name(names.read(constructed(4)).children().read(Tag.Sequence).raw);
  names.finish();
  const serial = reader.read(Tag.Integer).integerBytes().toString('hex');
  reader.finish();
  return { issuer, serial };
}

/** Whether `reference` names exactly `certificate`. */
export function namesCertificate(reference: SigningCertificateReference, certificate: Certificate): boolean {
  const { issuerSerial } = reference;
  return (
    digest(reference.hash, certificate.der).equals(reference.certificateHash) &&
    (!issuerSerial || (issuerSerial.serial === certificate.serial && issuerSerial.issuer.equals(certificate.issuer)))
  );
}
