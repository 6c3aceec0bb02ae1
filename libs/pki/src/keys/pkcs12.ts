import { KeyObject, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { encodeHashAlgorithm } from '../algorithms';
import { der } from '../asn1';
import { Certificate } from '../certificate';
import { PkiError } from '../errors';
import { encryptWithPassword, pkcs12Mac } from './password-encryption';
import { readPkcs12 } from './pkcs12-reader';
import { SigningKey, SigningOptions, createSigningKey, orderChain } from './signing-key';

/**
 * The signing key in a PKCS#12 file: its first private key, the certificate of that key, and those of its issuers that
 * the file holds.
 *
 * @throws PkiError PKCS12_* when it cannot be opened, PKCS12_NO_KEY, PKCS12_NO_CERTIFICATE, KEY_CERTIFICATE_MISMATCH when
 *   no certificate in the file is the key's, KEY_TOO_WEAK
 */
export function openPkcs12(file: Uint8Array, password: string, options: SigningOptions = {}): SigningKey {
  const { keys, certificates } = readPkcs12(file, password);
  const [pkcs8] = keys;
  if (!pkcs8) throw new PkiError('PKCS12_NO_KEY', 'the file holds no private key');
  if (certificates.length === 0) throw new PkiError('PKCS12_NO_CERTIFICATE', 'the file holds no certificate');
  const privateKey = importPrivateKey(pkcs8);
  const publicKey = createPublicKey(privateKey);
  const certificate = certificates.find((candidate) => publicKey.equals(candidate.publicKey));
  if (!certificate) throw new PkiError('KEY_CERTIFICATE_MISMATCH', 'no certificate in the file is that of its key');
  return createSigningKey(privateKey, certificate, orderChain(certificate, certificates), options);
}

function importPrivateKey(pkcs8: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new PkiError('PKCS12_MALFORMED', 'the private key cannot be read', { cause: error });
  }
}

/** A PKCS#12 file as OpenSSL 3 writes it: AES-256, PBKDF2 and a MAC with SHA-256. `iterations` of each derivation. */
export function writePkcs12(
  privateKey: KeyObject,
  certificates: readonly Certificate[],
  password: string,
  iterations = 2048,
): Buffer {
  const localKeyId = der.setOf(der.octetString(randomBytes(20)));
  const attributes = der.setOf(der.sequence(der.oid('1.2.840.113549.1.9.21'), localKeyId));
  const certificateBags = certificates.map((certificate, index) =>
    der.sequence(
      der.oid('1.2.840.113549.1.12.10.1.3'),
      der.context(
        0,
        der.sequence(der.oid('1.2.840.113549.1.9.22.1'), der.context(0, der.octetString(certificate.der))),
      ),
      ...(index === 0 ? [attributes] : []),
    ),
  );
  const shroudedKey = encryptWithPassword(privateKey.export({ format: 'der', type: 'pkcs8' }), password, iterations);
  const keyBag = der.sequence(
    der.oid('1.2.840.113549.1.12.10.1.2'),
    der.context(0, der.sequence(shroudedKey.scheme, der.octetString(shroudedKey.data))),
    attributes,
  );
  const shroudedCertificates = encryptWithPassword(der.sequence(...certificateBags), password, iterations);
  const encryptedData = der.sequence(
    der.integer(0),
    der.sequence(der.oid(dataType), shroudedCertificates.scheme, der.contextPrimitive(0, shroudedCertificates.data)),
  );
  const safe = der.sequence(
    der.sequence(der.oid('1.2.840.113549.1.7.6'), der.context(0, encryptedData)),
    dataContent(der.sequence(keyBag)),
  );
  const salt = randomBytes(16);
  const mac = pkcs12Mac('sha256', password, salt, iterations, safe);
  return der.sequence(
    der.integer(3),
    dataContent(safe),
    der.sequence(
      der.sequence(encodeHashAlgorithm('sha256'), der.octetString(mac)),
      der.octetString(salt),
      der.integer(iterations),
    ),
  );
}

const dataType = '1.2.840.113549.1.7.1';

const dataContent = (bytes: Buffer): Buffer => der.sequence(der.oid(dataType), der.context(0, der.octetString(bytes)));
