import { KeyObject, createPublicKey, randomBytes, sign, constants } from 'node:crypto';
import { SignatureScheme, digest, encodeSignatureScheme, keyFits, signingScheme } from '../algorithms';
import { der } from '../asn1';
import { Certificate, ExtensionOid, Name } from '../certificate';
import { PkiError } from '../errors';
import { encodeExtension } from './extension-encoding';

/** Who issues: a certificate and the private key to it. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly privateKey: KeyObject;
}

export interface CertificateRequest {
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Encoded extensions; key identifiers are added here. */
  readonly extensions: readonly Buffer[];
  /** 16 random octets unless given. */
  readonly serial?: Uint8Array;
  /** The issuer key's natural scheme unless given. */
  readonly scheme?: SignatureScheme;
}

/** Issues a certificate under `issuer`. */
export const issueCertificate = (request: CertificateRequest, issuer: Issuer): Certificate =>
  encodeCertificate(request, issuer.certificate.subject, issuer.privateKey, issuer.certificate);

/** Issues a certificate for `privateKey`'s own public key: a root. */
export const issueSelfSigned = (request: Omit<CertificateRequest, 'publicKey'>, privateKey: KeyObject): Certificate =>
  encodeCertificate({ ...request, publicKey: createPublicKey(privateKey) }, request.subject, privateKey);

function encodeCertificate(
  request: CertificateRequest,
  issuerName: Name,
  issuerKey: KeyObject,
  issuer?: Certificate,
): Certificate {
  const scheme = request.scheme ?? naturalScheme(issuerKey);
  const spki = request.publicKey.export({ format: 'der', type: 'spki' });
  const subjectKey = keyIdentifier(spki);
  const authorityKey = issuer ? (issuer.extensions.subjectKeyIdentifier ?? keyIdentifier(issuer.spki)) : subjectKey;
  const tbs = der.sequence(
    der.context(0, der.integer(2)),
    der.unsignedInteger(request.serial ?? randomSerial()),
    encodeSignatureScheme(scheme),
    issuerName.der,
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    request.subject.der,
    spki,
    der.context(
      3,
      der.sequence(
        encodeExtension(ExtensionOid.subjectKeyIdentifier, der.octetString(subjectKey)),
        encodeExtension(ExtensionOid.authorityKeyIdentifier, der.sequence(der.contextPrimitive(0, authorityKey))),
        ...request.extensions,
      ),
    ),
  );
  return Certificate.fromDer(signStructure(tbs, scheme, issuerKey));
}

/** `SEQUENCE { tbs, algorithm, signature }`: the frame of certificates, CRLs and OCSP answers. `more` follows within. */
export function signStructure(
  tbs: Buffer,
  scheme: SignatureScheme,
  privateKey: KeyObject,
  ...more: readonly Buffer[]
): Buffer {
  if (!keyFits(privateKey, scheme.algorithm)) {
    throw new PkiError('ISSUING_REFUSED', `${scheme.algorithm} with an ${privateKey.asymmetricKeyType ?? ''} key`);
  }
  const key =
    scheme.algorithm === 'RSA-PSS'
      ? { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength }
      : privateKey;
  const signature = sign(scheme.algorithm === 'Ed25519' ? null : scheme.hash, tbs, key);
  return der.sequence(tbs, encodeSignatureScheme(scheme), der.bitString(signature), ...more);
}

/** The scheme a key signs with when nothing else is asked. */
export function naturalScheme(privateKey: KeyObject): SignatureScheme {
  const type = privateKey.asymmetricKeyType;
  if (type === 'rsa') return signingScheme('RSA-PKCS1', 'sha256');
  if (type === 'rsa-pss') return signingScheme('RSA-PSS', 'sha256');
  if (type === 'ed25519') return signingScheme('Ed25519', 'sha512');
  if (type !== 'ec') throw new PkiError('ISSUING_REFUSED', `key type ${type ?? 'unknown'}`);
  const curve = privateKey.asymmetricKeyDetails?.namedCurve;
  return signingScheme('ECDSA', curve === 'secp384r1' ? 'sha384' : curve === 'secp521r1' ? 'sha512' : 'sha256');
}

/** RFC 7093 §2 (1): the leftmost 160 bits of SHA-256 over the key. */
const keyIdentifier = (spki: Buffer): Buffer => digest('sha256', spki).subarray(0, 20);

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; random, so that it cannot be foreseen. */
function randomSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
