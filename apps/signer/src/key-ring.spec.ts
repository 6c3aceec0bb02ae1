import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@axis/platform';
import { childProgram, findSoftHsm, SoftToken, TestAuthority } from '@axis/testing';
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

const SEAL_WITH_TOKEN = `
  const { signPdf, validatePdf } = require('@axis/pades');
  const { loadConfig } = require('@axis/platform');
  const { samplePdf } = require('@axis/testing');
  const { KeyRing } = require('./apps/signer/src/key-ring.ts');
  (async () => {
    const keys = await KeyRing.open(loadConfig(process.env));
    const pdf = await signPdf(samplePdf(), { key: keys.sealOf('G12').key, signingTime: new Date() });
    const { indication } = await validatePdf(pdf, keys.validation);
    const other = await KeyRing.open(loadConfig({ ...process.env, PKCS11_TOKEN: 'khác' })).catch((error) => error.name);
    console.log(indication + '; another token: ' + other);
    process.exit(0);
  })();
`;

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
    // In a process of its own: SoftHSM takes its configuration once, and other tests of this one have tokens too.
    const child = childProgram(SEAL_WITH_TOKEN, {
      env: {
        KEYS_DIR: dir,
        PKCS11_LIBRARY: token.library,
        PKCS11_TOKEN: token.label,
        PKCS11_PIN: token.pin,
        SOFTHSM2_CONF: token.configuration,
      },
    });
    expect(await child.firstLine).toBe('TOTAL-PASSED; another token: ConfigError');
    token.remove();
  });
});
