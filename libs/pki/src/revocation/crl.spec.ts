import { execFileSync } from 'node:child_process';
import { TestAuthority } from '@axis/testing';
import { PkiError, issueCrl } from '..';
import { Crl } from './crl';

const pki = new TestAuthority();
const { certificate: issuer } = pki.intermediate;
const times = { thisUpdate: new Date(Date.now() - 1000), nextUpdate: new Date(Date.now() + 86_400_000) };

describe('a CRL', () => {
  it('says what openssl says', () => {
    const { certificate } = pki.person();
    pki.intermediate.revoke(certificate, new Date('2026-01-02T03:04:05Z'), 4);
    const der = pki.intermediate.crl();
    const crl = Crl.fromDer(der);
    expect(crl.find(certificate.serial, issuer.subject)).toEqual({
      revokedAt: new Date('2026-01-02T03:04:05Z'),
      reason: 4,
    });
    expect(crl.find(pki.person().certificate.serial, issuer.subject)).toBeUndefined();
    expect(crl.find(certificate.serial, pki.root.certificate.subject)).toBeUndefined();
    expect([crl.isSignedBy(issuer), crl.isSignedBy(pki.root.certificate)]).toEqual([true, false]);
    const text = execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input: der }).toString();
    expect(text).toContain(`Serial Number: ${certificate.serial.toUpperCase()}`);
    expect(text).toMatch(/Superseded/);
    expect(text).toContain(`X509v3 CRL Number: \n                ${String(crl.number)}`);
  });

  it('of 300,000 entries answers for the last of them and for strangers', () => {
    const revoked = Array.from({ length: 300_000 }, (_, n) => ({
      serial: (0x40000000 + n).toString(16),
      revokedAt: times.thisUpdate,
    }));
    const crl = Crl.fromDer(issueCrl({ number: 1, ...times, revoked }, pki.intermediate.issuer));
    expect(crl.isUnderstood).toBe(true);
    expect(crl.find((0x40000000 + 299_999).toString(16), issuer.subject)).toBeDefined();
    for (let n = 0; n < 20; n++)
      expect(crl.find(`7f${n.toString(16).padStart(30, '0')}`, issuer.subject)).toBeUndefined();
  });

  it('is refused when it is none, or has octets after it', () => {
    const der = pki.intermediate.crl();
    for (const bytes of [Buffer.concat([der, Buffer.from([0])]), der.subarray(0, -1), issuer.der, Buffer.alloc(0)]) {
      expect(() => Crl.fromDer(bytes)).toThrow(PkiError);
    }
  });
});
