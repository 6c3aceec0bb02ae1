import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestAuthority } from '@axis/testing';
import { DerReader, Tag } from '../asn1';
import { HashName, KeyType, PkiError, SigningKey, SigningOptions, digest } from '..';
import {
  addSignatureTimestamp,
  buildSignedData,
  completeSignedData,
  encodeSignedAttributes,
  longestSignedData,
  parseSignedData,
  verifyDetached,
} from '.';

const content = Buffer.from('Công văn số 7816/VPCP-TTĐT');
const pki = new TestAuthority();

const kinds: readonly [KeyType, SigningOptions][] = [
  ['RSA-2048', {}],
  ['RSA-2048', { hash: 'sha512' }],
  ['RSA-2048', { algorithm: 'RSA-PSS' }],
  ['RSA-3072', { algorithm: 'RSA-PSS', hash: 'sha384' }],
  ['P-256', {}],
  ['P-384', {}],
  ['P-521', {}],
  ['Ed25519', {}],
];

const sign = (key: SigningKey): Promise<Buffer> => buildSignedData({ key, messageDigest: digest(key.hash, content) });

describe.each(kinds)('a detached CAdES signature with %s %j', (keyType, options) => {
  const issued = pki.person('Trần Thị Bình', { keyType });
  const key = issued.signingKey(options);

  it('verifies, and names its signer', async () => {
    const signedData = parseSignedData(await sign(key));
    const result = verifyDetached(signedData, { contentDigest: digest(key.hash, content) });
    expect(result).toMatchObject({ valid: true, certificate: { fingerprint: issued.certificate.fingerprint } });
  });

  // OpenSSL 3.0 cannot check Ed25519 in CMS (RFC 8419)
  const accepted = keyType === 'Ed25519' ? it.skip : it;
  accepted('is accepted by openssl as CAdES', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'axis-cms-'));
    try {
      const file = (name: string, bytes: Buffer | string): string => {
        writeFileSync(join(folder, name), bytes);
        return join(folder, name);
      };
      execFileSync(
        'openssl',
        ['cms', '-verify', '-binary', '-inform', 'DER', '-purpose', 'any', '-cades']
          .concat('-in', file('s.p7s', await sign(key)), '-content', file('content', content))
          .concat('-CAfile', file('root.pem', pki.root.certificate.toPem()), '-out', join(folder, 'out')),
        { stdio: 'pipe' },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stays within the room reserved for it', async () => {
    const length = (await sign(key)).length;
    expect(length).toBeLessThanOrEqual(longestSignedData(key));
    expect(length).toBeGreaterThan(longestSignedData(key) - 64);
  });
});

describe('a signature made by openssl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'axis-cms-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string, bytes: Buffer | string): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const signByOpenssl = (keyType: KeyType, args: readonly string[]): Buffer => {
    const issued = pki.person('Lê Thị Hoa', { keyType });
    return execFileSync('openssl', [
      ...['cms', '-sign', '-binary', '-outform', 'DER', '-in', file('content', content)],
      ...['-signer', file('signer.pem', issued.certificate.toPem())],
      ...['-inkey', file('key.pem', issued.privateKey.export({ format: 'pem', type: 'pkcs8' }))],
      ...args, // after the key: -keyopt is about the one before it
    ]);
  };

  it.each<[KeyType, string[], HashName]>([
    ['RSA-2048', ['-cades', '-md', 'sha256'], 'sha256'],
    ['RSA-2048', ['-cades', '-md', 'sha512', '-keyopt', 'rsa_padding_mode:pss'], 'sha512'],
    ['P-256', ['-cades', '-md', 'sha256'], 'sha256'],
    ['P-384', ['-cades', '-md', 'sha384', '-keyid'], 'sha384'],
    ['P-521', ['-cades', '-md', 'sha512'], 'sha512'],
  ])('verifies: %s %j', (keyType, args, hash) => {
    const signedData = parseSignedData(signByOpenssl(keyType, args));
    expect(verifyDetached(signedData, { contentDigest: digest(hash, content) })).toMatchObject({ valid: true });
  });

  it('without the reference to its certificate is good only where none is required', () => {
    const signedData = parseSignedData(signByOpenssl('P-256', ['-md', 'sha256']));
    const contentDigest = digest('sha256', content);
    expect(verifyDetached(signedData, { contentDigest })).toMatchObject({
      failure: { code: 'ESS_CERTIFICATE_MISSING' },
    });
    expect(verifyDetached(signedData, { contentDigest, signingCertificate: 'if-present' }).valid).toBe(true);
  });

  it('that embeds its content, or has no signed attributes, is refused', () => {
    const contentDigest = digest('sha256', content);
    const embedding = parseSignedData(signByOpenssl('P-256', ['-cades', '-nodetach', '-md', 'sha256']));
    expect(verifyDetached(embedding, { contentDigest })).toMatchObject({ failure: { code: 'CONTENT_EMBEDDED' } });
    const bare = parseSignedData(signByOpenssl('P-256', ['-noattr', '-md', 'sha256']));
    expect(verifyDetached(bare, { contentDigest })).toMatchObject({ failure: { code: 'SIGNED_ATTRIBUTES_MISSING' } });
  });

  it('by two signers is refused', () => {
    const other = pki.person('Người thứ hai');
    const both = signByOpenssl('P-256', [
      ...['-cades', '-signer', file('other.pem', other.certificate.toPem())],
      ...['-inkey', file('other.key', other.privateKey.export({ format: 'pem', type: 'pkcs8' }))],
    ]);
    const result = verifyDetached(parseSignedData(both), { contentDigest: digest('sha256', content) });
    expect(result).toMatchObject({ failure: { code: 'SIGNER_COUNT', subIndication: 'FORMAT_FAILURE' } });
  });
});

describe('CMS SignedData', () => {
  const key = pki.person().signingKey();

  it('carries no signing time, and a reference to the certificate', async () => {
    const [signer] = parseSignedData(await sign(key)).signerInfos;
    expect(signer?.signingTime).toBeUndefined();
    expect(signer?.signingCertificate?.certificateHash.toString('hex')).toBe(key.certificate.fingerprint);
  });

  it('may be padded with zeros and nothing else', async () => {
    const der = await sign(key);
    expect(parseSignedData(Buffer.concat([der, Buffer.alloc(100)])).der).toEqual(der);
    expect(() => parseSignedData(Buffer.concat([der, Buffer.from([0, 1])]))).toThrow(
      expect.objectContaining({ code: 'CMS_MALFORMED' }) as PkiError,
    );
  });

  it('may come in indefinite lengths, as NSS writes it, padded too', async () => {
    const signed = await sign(key);
    const body = DerReader.of(signed).read(Tag.Sequence).content;
    const indefinite = (inner: Buffer): Buffer =>
      Buffer.concat([Buffer.from('3080', 'hex'), inner, Buffer.from('0000', 'hex')]);
    expect(parseSignedData(indefinite(body)).der).toEqual(signed);
    expect(parseSignedData(Buffer.concat([indefinite(body), Buffer.alloc(100)])).der).toEqual(signed);
    expect(() => parseSignedData(Buffer.concat([indefinite(body), Buffer.from([1])]))).toThrow(PkiError);
    expect(() => parseSignedData(indefinite(body).subarray(0, -2))).toThrow(PkiError);
  });

  it('fails on other content', async () => {
    const result = verifyDetached(parseSignedData(await sign(key)), {
      contentDigest: digest(key.hash, Buffer.from('x')),
    });
    expect(result).toMatchObject({
      valid: false,
      failure: { code: 'MESSAGE_DIGEST_MISMATCH', subIndication: 'HASH_FAILURE' },
    });
  });

  it('fails when a signed attribute was changed', async () => {
    const der = Buffer.from(await sign(key));
    const at = der.indexOf(digest(key.hash, content));
    const other = Buffer.from('other content');
    digest(key.hash, other).copy(der, at);
    const result = verifyDetached(parseSignedData(der), { contentDigest: digest(key.hash, other) });
    expect(result).toMatchObject({ failure: { code: 'SIGNATURE_MISMATCH', subIndication: 'SIG_CRYPTO_FAILURE' } });
  });

  it('fails when the certificate is another one with the same key, issuer and serial', async () => {
    const issued = pki.person();
    const twin = pki.intermediate.issueSigner(issued.certificate.subject, { privateKey: issued.privateKey });
    const attributes = encodeSignedAttributes(issued.certificate, digest('sha256', content));
    const twinKey = twin.signingKey();
    const der = completeSignedData(twinKey, attributes, await twinKey.sign(attributes));
    const result = verifyDetached(parseSignedData(der), { contentDigest: digest('sha256', content) });
    expect(result).toMatchObject({ failure: { code: 'ESS_CERTIFICATE_MISMATCH' } });
  });

  it('is completed with a signature value made elsewhere, unless that is not the signer’s', async () => {
    const attributes = encodeSignedAttributes(key.certificate, digest(key.hash, content));
    const signature = await key.sign(attributes);
    const der = completeSignedData(key, attributes, signature);
    expect(verifyDetached(parseSignedData(der), { contentDigest: digest(key.hash, content) }).valid).toBe(true);
    const stranger = await pki.person().signingKey().sign(attributes);
    expect(() => completeSignedData(key, attributes, stranger)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_VALUE_INVALID' }) as PkiError,
    );
  });

  it('takes a timestamp later without touching what was signed', async () => {
    const der = await sign(key);
    const token = await sign(key); // any CMS will do here
    const raised = addSignatureTimestamp(der, token);
    const signedData = parseSignedData(raised);
    expect(signedData.signerInfos[0]?.signatureTimestamps).toEqual([token]);
    expect(verifyDetached(signedData, { contentDigest: digest(key.hash, content) }).valid).toBe(true);
    expect(parseSignedData(addSignatureTimestamp(raised, der)).signerInfos[0]?.signatureTimestamps).toHaveLength(2);
  });
});
