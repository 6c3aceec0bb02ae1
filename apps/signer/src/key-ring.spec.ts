import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signPdf, validatePdf } from '@axis/pades';
import { ConfigError, loadConfig } from '@axis/platform';
import { findSoftHsm, samplePdf, SoftToken, TestAuthority } from '@axis/testing';
import { KeyRing } from './key-ring';

const authority = new TestAuthority({ keyType: 'RSA-2048' });
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'axis-keys-'));
  await mkdir(join(dir, 'trust'));
  await mkdir(join(dir, 'seals'));
  await writeFile(join(dir, 'trust/root.pem'), authority.root.certificate.toPem());
  await writeFile(join(dir, 'trust/root.crl'), authority.root.crl());
  await writeFile(join(dir, 'trust/intermediate.crl'), authority.intermediate.crl());
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (more: Record<string, string> = {}) =>
  KeyRing.open(loadConfig({ KEYS_DIR: dir, KEYS_PASSWORD: 'x', ...more }));

describe('the key ring', () => {
  it('holds the seals it finds, by agency code', async () => {
    await writeFile(join(dir, 'seals/G12.p12'), authority.agency().pkcs12('x'));
    const keys = await open();
    expect(keys.sealOf('G12')?.key.certificate.subject.commonName).toBe('Bộ Tài chính');
    expect(keys.sealOf('G22')).toBeUndefined();
  });

  it('names the file that cannot be used', async () => {
    await writeFile(join(dir, 'seals/G12.p12'), authority.agency().pkcs12('another password'));
    await expect(open()).rejects.toThrow(ConfigError);
    await expect(open()).rejects.toThrow(/seals\/G12\.p12/);
  });

  it('is not opened without a trust anchor', async () => {
    await rm(join(dir, 'trust/root.pem'));
    await expect(open()).rejects.toThrow(/no trust anchor/);
  });

  const softHsm = findSoftHsm();
  const withToken = softHsm ? it : it.skip;
  withToken('seals with a key that never leaves its token (SoftHSM; skipped where that cannot be had)', async () => {
    if (!softHsm) return;
    const token = new SoftToken(softHsm);
    const seal = authority.agency('Bộ Tài chính', 'G12', { keyType: 'RSA-2048' });
    token.importKey(seal, '01', 'G12');
    await writeFile(join(dir, 'seals/G12.pem'), [seal.certificate, ...seal.chain].map((one) => one.toPem()).join(''));
    const keys = await open({ PKCS11_LIBRARY: token.library, PKCS11_TOKEN: token.label, PKCS11_PIN: token.pin });
    const key = keys.sealOf('G12')?.key;
    if (!key) throw new Error('the seal is on the token');
    const pdf = await signPdf(samplePdf(), { key, signingTime: new Date() });
    expect((await validatePdf(pdf, keys.validation)).indication).toBe('TOTAL-PASSED');
    await expect(open({ PKCS11_LIBRARY: token.library, PKCS11_TOKEN: 'khác' })).rejects.toThrow(/token khác/);
    token.remove();
  });
});
