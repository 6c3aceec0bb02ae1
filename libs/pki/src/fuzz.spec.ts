import { TestAuthority } from '@axis/testing';
import {
  Certificate,
  Crl,
  OcspResponse,
  PkiError,
  answerOcspRequest,
  answerTimestampRequest,
  buildSignedData,
  digest,
  encodeOcspRequest,
  encodeTimestampRequest,
  openPkcs12,
  parseSignedData,
  parseTimestampToken,
  verifyCertificateCase,
  verifyDetached,
  verifyTimestampToken,
} from '.';

/** A small generator with a seed, so that a finding can be repeated (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const telling = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x17, 0x18, 0x30, 0x31, 0x7f, 0x80, 0x84, 0xa0, 0xa3, 0xff];

/** One to four changes: octets set, cut out, repeated or put in, lengths among them. */
function mutate(original: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(bytes.length);
    const length = 1 + random(16);
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = telling[random(telling.length)] ?? 0;
        break;
      case 2:
        bytes[at] = (bytes[at] ?? 0) + (random(2) ? 1 : -1);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
        break;
      default:
        bytes = bytes.subarray(0, at + 1);
    }
    if (bytes.length === 0) return Buffer.from([0]);
  }
  return bytes;
}

jest.setTimeout(300_000);
const rounds = 10_000;
const hung = 10_000; // milliseconds for any one input: a fault, however busy the machine is

const pki = new TestAuthority();
const person = pki.person();
pki.intermediate.revoke(person.certificate);
const key = person.signingKey();
const content = digest(key.hash, Buffer.from('x'));
const touch = (...values: unknown[]): number => values.length;

/** Everything lazily decoded is decoded. */
function readWhole(certificate: Certificate): void {
  const { extensions, subject, issuer } = certificate;
  touch(subject.toString(), issuer.canonical, certificate.publicKeyFacts, certificate.signatureScheme);
  touch(extensions.keyUsage, extensions.extendedKeyUsage, extensions.basicConstraints, extensions.subjectAltName);
  touch(extensions.authorityKeyIdentifier, extensions.certificatePolicies, extensions.policyMappings);
  touch(
    extensions.nameConstraints,
    extensions.crlDistributionPoints,
    extensions.ocspUrls,
    extensions.policyConstraints,
  );
}

const targets: [string, () => Promise<Buffer> | Buffer, (bytes: Buffer) => unknown][] = [
  [
    'a certificate',
    () => person.certificate.der,
    (bytes) => {
      readWhole(Certificate.fromDer(bytes));
    },
  ],
  [
    'a CRL',
    () => pki.intermediate.crl(),
    (bytes) => {
      const crl = Crl.fromDer(bytes);
      return [crl.isUnderstood, crl.find(person.certificate.serial, person.certificate.issuer)];
    },
  ],
  [
    'an OCSP response',
    () =>
      answerOcspRequest(encodeOcspRequest(person.certificate, pki.intermediate.certificate, Buffer.alloc(32)), {
        issuer: pki.intermediate.certificate,
        revoked: pki.intermediate.revoked,
        responder: pki.ocspResponder(),
      }),
    (bytes) => OcspResponse.fromDer(bytes).names(pki.intermediate.certificate),
  ],
  [
    'a CMS signature',
    () => buildSignedData({ key, messageDigest: content }),
    (bytes) => {
      const result = verifyDetached(parseSignedData(bytes), { contentDigest: content });
      // Mutations of what is not signed, such as a second certificate, may leave it good; never for another signer
      if (result.valid) expect(result.certificate.fingerprint).toBe(person.certificate.fingerprint);
    },
  ],
  [
    'a timestamp token',
    async () => {
      const request = encodeTimestampRequest({ hash: 'sha256', imprint: content, nonce: Buffer.alloc(8, 1) });
      const response = await answerTimestampRequest(request, pki.timestamper().signingKey());
      return response.subarray(response.indexOf(Buffer.from('06092a864886f70d010702', 'hex')) - 4);
    },
    (bytes) => verifyTimestampToken(parseTimestampToken(bytes), { digest: content }),
  ],
  ['a PKCS#12 file', () => person.pkcs12('x'), (bytes) => openPkcs12(bytes, 'x')],
];

describe('mutated input is read or refused with a code, and hangs nobody', () => {
  it.each(targets)('%s', async (name, make, read) => {
    const original = await make();
    await read(original);
    const random = generator(original.length);
    const count = name === 'a PKCS#12 file' ? 400 : rounds; // whose password costs thousands of hashes
    for (let round = 0; round < count; round++) {
      const bytes = mutate(original, random);
      const started = performance.now();
      try {
        read(bytes);
      } catch (error) {
        if (!(error instanceof PkiError))
          throw new Error(`round ${round}: ${bytes.toString('base64')}`, { cause: error });
      }
      const took = performance.now() - started;
      if (took > hung) throw new Error(`round ${round} took ${took} ms: ${bytes.toString('base64')}`);
    }
  });

  it('a certificate case', () => {
    const random = generator(7);
    const base64 = (bytes: Buffer): string => bytes.toString('base64');
    const [rootCrl, crl] = [pki.root.crl(), pki.intermediate.crl()];
    for (let round = 0; round < rounds; round++) {
      const which = random(4);
      const maybe = (index: number, bytes: Buffer): string => base64(which === index ? mutate(bytes, random) : bytes);
      const answer = verifyCertificateCase({
        trust: [base64(pki.root.certificate.der)],
        chain: [maybe(0, pki.intermediate.certificate.der), maybe(1, person.certificate.der)],
        crls: [maybe(2, rootCrl), maybe(3, crl)],
      });
      expect(answer.indication).not.toBe('TOTAL-PASSED'); // it is revoked, and no mutation may undo that
    }
  });
});

const readers: ((bytes: Buffer) => unknown)[] = [
  (bytes) => Certificate.fromDer(bytes),
  (bytes) => Crl.fromDer(bytes),
  (bytes) => OcspResponse.fromDer(bytes),
  parseSignedData,
];

describe('structures made to hang a reader', () => {
  it.each([
    ['nested sequences', Buffer.from('3080'.repeat(50_000), 'hex')],
    ['a length of four gigabytes', Buffer.from('3084ffffffff00', 'hex')],
    ['a million empty elements', Buffer.concat([Buffer.from('3083200000', 'hex'), Buffer.alloc(0x200000)])],
  ])('%s', (_, bytes) => {
    const started = performance.now();
    for (const read of readers) {
      expect(() => read(bytes)).toThrow(PkiError);
    }
    expect(() => openPkcs12(bytes, 'x')).toThrow(PkiError);
    expect(performance.now() - started).toBeLessThan(3 * hung);
  });
});
