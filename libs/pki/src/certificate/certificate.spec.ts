import { execFileSync } from 'node:child_process';
import { rootCertificates } from 'node:tls';
import { TestAuthority } from '@axis/testing';
import { PkiError, encodeExtension, encodeKeyUsage, issueSelfSigned, generatePrivateKey } from '..';
import { DerReader, Tag, der } from '../asn1';
import { Certificate, Name } from '.';

const pki = new TestAuthority({ status: { crl: 'http://crl.vn/a.crl', ocsp: 'http://ocsp.vn/' } });
const refusal = (code: string): PkiError => expect.objectContaining({ code }) as PkiError;

describe('a certificate', () => {
  const { certificate } = pki.person('Nguyễn Văn Ánh', { policies: ['1.2.3'] });
  const openssl = (...what: string[]): string =>
    execFileSync('openssl', ['x509', '-inform', 'DER', '-noout', ...what], { input: certificate.der })
      .toString()
      .trim();

  it('says what openssl says', () => {
    expect(certificate.subject.toString()).toBe(
      openssl('-subject', '-nameopt', 'RFC2253,-esc_msb,utf8').replace(/^subject=/, ''),
    );
    expect(certificate.serial.toUpperCase()).toBe(openssl('-serial').replace('serial=', ''));
    expect(certificate.fingerprint.toUpperCase()).toBe(
      openssl('-fingerprint', '-sha256').replace(/^.*=/, '').replaceAll(':', ''),
    );
    expect(certificate.notAfter).toEqual(new Date(openssl('-enddate').replace('notAfter=', '')));
    expect(certificate.toPem().trim()).toBe(
      execFileSync('openssl', ['x509', '-inform', 'DER'], { input: certificate.der }).toString().trim(),
    );
  });

  it('shows its extensions', () => {
    const { extensions } = certificate;
    expect([...(extensions.keyUsage ?? [])]).toEqual(['digitalSignature', 'nonRepudiation']);
    expect([...(extensions.certificatePolicies ?? [])]).toEqual(['1.2.3']);
    expect(extensions.ocspUrls).toEqual(['http://ocsp.vn/']);
    expect(extensions.authorityKeyIdentifier?.keyIdentifier).toEqual(
      pki.intermediate.certificate.extensions.subjectKeyIdentifier,
    );
    expect(pki.intermediate.certificate.extensions.basicConstraints).toEqual({ ca: true, pathLength: 0 });
    expect(extensions.basicConstraints).toBeUndefined();
  });

  it('is read from PEM with others around it', () => {
    const text = `x\n${pki.root.certificate.toPem()}\nBag\n${certificate.toPem()}`;
    expect(Certificate.listFromPem(text)).toEqual([pki.root.certificate, certificate]);
    expect(Certificate.listFrom(Buffer.from(text))).toHaveLength(2);
    expect(() => Certificate.listFromPem('nothing')).toThrow(refusal('PEM_MALFORMED'));
  });

  it('is one object however often it is read, and holds on to nothing else', () => {
    const file = Buffer.concat([Buffer.alloc(100_000), certificate.der]);
    const read = Certificate.fromDer(file.subarray(100_000));
    expect(read).toBe(certificate);
    expect(read.der.buffer.byteLength).toBeLessThan(50_000);
  });

  it('is refused with octets after it, without some, or not being one', () => {
    const { der: whole } = certificate;
    for (const bytes of [
      Buffer.concat([whole, Buffer.from([0])]),
      whole.subarray(0, -1),
      Buffer.from('x'),
      Buffer.alloc(0),
    ]) {
      expect(() => Certificate.fromDer(bytes)).toThrow(refusal('CERTIFICATE_MALFORMED'));
    }
  });

  it('is refused when it names two signature algorithms', () => {
    const [tbs, , signature] = [...DerReader.only(certificate.der, Tag.Sequence).children()];
    const other = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nullValue());
    const forged = der.sequence(tbs?.raw ?? Buffer.alloc(0), other, signature?.raw ?? Buffer.alloc(0));
    expect(() => Certificate.fromDer(forged)).toThrow(refusal('CERTIFICATE_MALFORMED'));
  });

  it('is refused when an extension occurs twice', () => {
    const usage = encodeKeyUsage(['digitalSignature']);
    expect(() => pki.intermediate.issue(Name.of([['CN', 'x']]), [usage, usage])).toThrow(
      refusal('CERTIFICATE_MALFORMED'),
    );
  });

  it('is refused, once asked, for an extension that does not decode', () => {
    const bad = encodeExtension('2.5.29.15', Buffer.from('30030101ff', 'hex'));
    const odd = issueSelfSigned(
      { subject: Name.of([['CN', 'x']]), notBefore: new Date(), notAfter: new Date(), extensions: [bad] },
      generatePrivateKey('P-256'),
    );
    expect(() => odd.extensions.keyUsage).toThrow(refusal('CERTIFICATE_MALFORMED'));
  });
});

describe('the root certificates that Node trusts', () => {
  it.each(rootCertificates.map((pem) => [Certificate.listFromPem(pem)[0]?.subject.toString() ?? '', pem]))(
    '%s is read whole',
    (_, pem) => {
      const [certificate] = Certificate.listFromPem(pem);
      if (!certificate) throw new Error('none');
      expect(certificate.isSignedBy(certificate)).toBe(true);
      expect(certificate.isAuthority || certificate.version === 1).toBe(true);
      expect(certificate.publicKeyFacts.bits).toBeGreaterThanOrEqual(256);
      expect(() => [certificate.extensions.keyUsage, certificate.extensions.certificatePolicies]).not.toThrow();
    },
  );
});

describe('a name', () => {
  it('is written by RFC 4514, the last attribute first, with its characters escaped', () => {
    const name = Name.of([
      ['C', 'VN'],
      ['O', 'Sở "Tài chính", Hà Nội'],
      ['CN', ' #1 + 1 = 2 \\'],
      ['2.5.4.15', 'x'],
    ]);
    expect(name.toString()).toBe('2.5.4.15=x,CN=\\ #1 \\+ 1 = 2 \\\\,O=Sở \\"Tài chính\\"\\, Hà Nội,C=VN');
    expect([name.first('o'), name.commonName, name.first('L')]).toEqual([
      'Sở "Tài chính", Hà Nội',
      ' #1 + 1 = 2 \\',
      undefined,
    ]);
  });

  it('equals another whose letters, spaces and encodings differ, and no other', () => {
    const name = Name.of([
      ['O', 'Bộ  Tài chính '],
      ['CN', 'a'],
    ]);
    expect(
      name.equals(
        Name.of([
          ['O', 'BỘ TÀI CHÍNH'.normalize('NFD')],
          ['CN', 'A'],
        ]),
      ),
    ).toBe(true);
    const printable = new Name(
      der.sequence(der.setOf(der.sequence(der.oid('2.5.4.3'), der.printableString('Root CA')))),
    );
    expect(printable.equals(Name.of([['CN', 'root  ca']]))).toBe(true);
    expect(
      name.equals(
        Name.of([
          ['CN', 'a'],
          ['O', 'Bộ Tài chính'],
        ]),
      ),
    ).toBe(false);
    expect(
      name.equals(
        Name.of([
          ['O', 'Bo Tai chinh'],
          ['CN', 'a'],
        ]),
      ),
    ).toBe(false);
  });

  it('is not two attributes for a control character', () => {
    const joined = Name.of([['CN', 'a\u0001O=b']]);
    expect(
      joined.equals(
        Name.of([
          ['CN', 'a'],
          ['O', 'b'],
        ]),
      ),
    ).toBe(false);
  });

  it('lies within a shorter one that begins it', () => {
    const base = Name.of([
      ['C', 'VN'],
      ['O', 'G12'],
    ]);
    expect(
      Name.of([
        ['C', 'vn'],
        ['O', 'g12'],
        ['CN', 'x'],
      ]).isWithin(base),
    ).toBe(true);
    expect(
      Name.of([
        ['C', 'VN'],
        ['O', 'G13'],
      ]).isWithin(base),
    ).toBe(false);
    expect(Name.of([['C', 'VN']]).isWithin(base)).toBe(false);
  });
});
