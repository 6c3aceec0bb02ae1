import { timingSafeEqual } from 'node:crypto';
import { decodeHashAlgorithm } from '../algorithms';
import { DerElement, DerReader, Tag, constructed } from '../asn1';
import { berToDer } from '../asn1/ber-to-der';
import { Certificate } from '../certificate';
import { PkiError, parsing } from '../errors';
import { decryptWithPassword, pkcs12Mac } from './password-encryption';

const dataType = '1.2.840.113549.1.7.1';
const encryptedDataType = '1.2.840.113549.1.7.6';
const keyBag = '1.2.840.113549.1.12.10.1.1';
const shroudedKeyBag = '1.2.840.113549.1.12.10.1.2';
const certificateBag = '1.2.840.113549.1.12.10.1.3';
const nestedBags = '1.2.840.113549.1.12.10.1.6';
const x509Certificate = '1.2.840.113549.1.9.22.1';

/** What a PKCS#12 file holds: private keys as PKCS#8 and certificates, in the file's order. */
export interface Pkcs12Content {
  readonly keys: readonly Buffer[];
  readonly certificates: readonly Certificate[];
}

/**
 * Opens a PKCS#12 file (RFC 7292) and checks its MAC.
 *
 * @throws PkiError PKCS12_MALFORMED, PKCS12_WRONG_PASSWORD, PKCS12_UNSUPPORTED
 */
export function readPkcs12(file: Uint8Array, password: string): Pkcs12Content {
  return parsing('PKCS12_MALFORMED', 'PKCS#12', () => {
    const pfx = DerReader.only(berToDer(Buffer.from(file)), Tag.Sequence).children();
    const version = pfx.read(Tag.Integer).integer();
    if (version !== 3) throw new PkiError('PKCS12_UNSUPPORTED', `version ${version}`);
    const authSafe = readContentInfo(pfx.read(Tag.Sequence));
    const mac = pfx.optional(Tag.Sequence);
    pfx.finish();
    if (authSafe.type !== dataType) throw new PkiError('PKCS12_UNSUPPORTED', `integrity mode ${authSafe.type}`);
    const safe = authSafe.content.read(Tag.OctetString).content;
    if (mac) checkMac(mac, safe, password);

    const found: { keys: Buffer[]; certificates: Certificate[] } = { keys: [], certificates: [] };
    for (const info of DerReader.only(safe, Tag.Sequence).children()) {
      readBags(openContent(info, password), password, found, 0);
    }
    return found;
  });
}

function checkMac(mac: DerElement, safe: Buffer, password: string): void {
  const reader = mac.children();
  const digestInfo = reader.sequence();
  const hash = decodeHashAlgorithm(digestInfo.read(Tag.Sequence));
  const expected = digestInfo.read(Tag.OctetString).content;
  const salt = reader.read(Tag.OctetString).content;
  const iterations = reader.optional(Tag.Integer)?.integer() ?? 1;
  const actual = pkcs12Mac(hash, password, salt, iterations, safe);
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new PkiError('PKCS12_WRONG_PASSWORD', 'the MAC does not fit');
  }
}

function readContentInfo(info: DerElement): { type: string; content: DerReader } {
  const reader = info.children();
  const type = reader.read(Tag.Oid).oid();
  const content = reader.read(constructed(0)).children();
  reader.finish();
  return { type, content };
}

/** SafeContents, deciphered. */
function openContent(info: DerElement, password: string): Buffer {
  const { type, content } = readContentInfo(info);
  if (type === dataType) return content.read(Tag.OctetString).content;
  if (type !== encryptedDataType) throw new PkiError('PKCS12_UNSUPPORTED', `content ${type}`);
  const encryptedData = content.sequence();
  encryptedData.read(Tag.Integer);
  const encrypted = encryptedData.sequence();
  encrypted.read(Tag.Oid);
  const scheme = encrypted.read(Tag.Sequence);
  // [0] IMPLICIT OCTET STRING, in pieces when the file was written as BER
  const field = encrypted.next();
  const ciphertext =
    field.tag === constructed(0)
      ? Buffer.concat(Array.from(field.children(), (piece) => piece.content))
      : field.content;
  return berToDer(decryptWithPassword(scheme, ciphertext, password));
}

function readBags(
  safeContents: Buffer,
  password: string,
  found: { keys: Buffer[]; certificates: Certificate[] },
  depth: number,
): void {
  if (depth > 4) throw new PkiError('PKCS12_MALFORMED', 'bags are nested too deeply');
  for (const bag of DerReader.only(safeContents, Tag.Sequence).children()) {
    const reader = bag.children();
    const type = reader.read(Tag.Oid).oid();
    const value = reader.read(constructed(0)).children();
    switch (type) {
      case keyBag:
        found.keys.push(value.read(Tag.Sequence).raw);
        break;
      case shroudedKeyBag: {
        const shrouded = value.sequence();
        const scheme = shrouded.read(Tag.Sequence);
        found.keys.push(decryptWithPassword(scheme, shrouded.read(Tag.OctetString).content, password));
        break;
      }
      case certificateBag: {
        const certificate = value.sequence();
        if (certificate.read(Tag.Oid).oid() !== x509Certificate) break;
        found.certificates.push(
          Certificate.fromDer(certificate.read(constructed(0)).children().read(Tag.OctetString).content),
        );
        break;
      }
      case nestedBags:
        readBags(value.read(Tag.Sequence).raw, password, found, depth + 1);
        break;
      default: // CRLs and secrets are nothing to a signer
    }
  }
}
