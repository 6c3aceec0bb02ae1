import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestAuthority } from '@axis/testing';
import { IssuedKey, KeyType, PkiError } from '..';
import { assertMaySign, createSigningKey, openPkcs12, writePkcs12 } from '.';

const password = 'mật khẩu Đ1';
const pki = new TestAuthority();
const rsa = pki.person('Lê Văn Cường', { keyType: 'RSA-2048' });
const ec = pki.person('Phạm Thị Dung', { keyType: 'P-384' });

const refusal = (code: string): PkiError => expect.objectContaining({ code }) as PkiError;

describe('a PKCS#12 file made by openssl', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'axis-p12-'))));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const pack = (issued: IssuedKey, args: readonly string[]): Buffer => {
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    return execFileSync('openssl', [
      ...['pkcs12', '-export', '-passout', `pass:${password}`, ...args],
      ...['-inkey', file('key.pem', issued.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())],
      ...['-in', file('cert.pem', issued.certificate.toPem())],
      ...['-certfile', file('chain.pem', issued.chain.map((certificate) => certificate.toPem()).join(''))],
    ]);
  };

  it.each([
    ['as OpenSSL 3 does', []],
    ['as older ones did, 3DES and RC2-40', ['-legacy']],
    ['3DES throughout', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['certificates not enciphered', ['-certpbe', 'NONE']],
    ['SHA-512 MAC', ['-macalg', 'sha512']],
    ['no MAC', ['-nomac']],
  ])('opens: %s', async (_, args) => {
    for (const issued of [rsa, ec]) {
      const key = openPkcs12(pack(issued, args), password);
      expect(key.certificate.fingerprint).toBe(issued.certificate.fingerprint);
      expect(key.chain.map((certificate) => certificate.fingerprint)).toEqual(
        issued.chain.map((certificate) => certificate.fingerprint),
      );
      expect((await key.sign(Buffer.from('x'))).length).toBeGreaterThan(64);
    }
  });

  it('refuses a wrong password', () => {
    expect(() => openPkcs12(pack(rsa, []), 'wrong')).toThrow(refusal('PKCS12_WRONG_PASSWORD'));
    expect(() => openPkcs12(pack(rsa, ['-legacy', '-nomac']), 'wrong')).toThrow(PkiError);
  });

  it('refuses one without a key', () => {
    const file = pack(rsa, ['-nokeys']);
    expect(() => openPkcs12(file, password)).toThrow(refusal('PKCS12_NO_KEY'));
  });
});

describe('a PKCS#12 file of ours', () => {
  it.each<KeyType>(['RSA-2048', 'P-256', 'P-521', 'Ed25519'])('opens again, and in openssl: %s', (keyType) => {
    const issued = pki.person('Hoàng Văn Em', { keyType });
    const file = issued.pkcs12(password);
    expect(openPkcs12(file, password).certificate).toBe(issued.certificate);
    const listing = execFileSync('openssl', ['pkcs12', '-nokeys', '-passin', `pass:${password}`], { input: file });
    expect(listing.toString().match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  });

  it('is refused when key and certificate do not match', () => {
    const file = writePkcs12(rsa.privateKey, [ec.certificate], password);
    expect(() => openPkcs12(file, password)).toThrow(refusal('KEY_CERTIFICATE_MISMATCH'));
  });

  it('is refused when damaged anywhere', () => {
    const file = ec.pkcs12(password);
    for (let at = 0; at < file.length; at += 7) {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      expect(() => openPkcs12(damaged, password)).toThrow(PkiError);
      expect(() => openPkcs12(file.subarray(0, at), password)).toThrow(PkiError);
    }
  });
});

describe('a signing key', () => {
  it('is refused when too weak', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const issued = pki.person('Vũ Thị Giang', { privateKey });
    expect(() => issued.signingKey()).toThrow(refusal('KEY_TOO_WEAK'));
  });

  it('is refused on a curve outside the standard', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    expect(() => pki.person('Vũ Thị Giang', { privateKey }).signingKey()).toThrow(refusal('PUBLIC_KEY_UNSUPPORTED'));
  });

  it('is refused with another’s certificate or an algorithm it cannot do', () => {
    expect(() => createSigningKey(rsa.privateKey, ec.certificate)).toThrow(refusal('KEY_CERTIFICATE_MISMATCH'));
    expect(() => ec.signingKey({ algorithm: 'RSA-PSS' })).toThrow(refusal('ALGORITHM_UNSUPPORTED'));
  });

  it('signs with SHA-2 only', () => {
    expect(() => ec.signingKey({ hash: 'sha1' as 'sha256' })).toThrow(refusal('HASH_TOO_WEAK'));
  });

  it('is not taken up outside its certificate’s validity, or for a certificate that may not sign', () => {
    const now = Date.now();
    const day = 86_400_000;
    const key = pki.person('Đỗ Văn Hùng', { notBefore: new Date(now), notAfter: new Date(now + day) }).signingKey();
    expect(() => {
      assertMaySign(key, new Date(now + 1000));
    }).not.toThrow();
    expect(() => {
      assertMaySign(key, new Date(now - day));
    }).toThrow(refusal('CERTIFICATE_NOT_YET_VALID'));
    expect(() => {
      assertMaySign(key, new Date(now + 2 * day));
    }).toThrow(refusal('CERTIFICATE_EXPIRED'));
    const authority = { certificate: pki.intermediate.certificate };
    expect(() => {
      assertMaySign(authority, new Date(now));
    }).toThrow(refusal('KEY_USAGE_REFUSED'));
  });
});
