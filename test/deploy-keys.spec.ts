import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Evidence, signReceipt, verifyReceipt } from '@axis/evidence';
import { signPdf, validatePdf } from '@axis/pades';
import { Certificate, CertificateAuthority, Name } from '@axis/pki';
import { type Config, loadConfig } from '@axis/platform';
import { samplePdf } from '@axis/testing';
import { parseEnv } from 'node:util';
import { openEvidenceKey } from '../apps/registrar/src/evidence-key';
import { KeyRing } from '../apps/signer/src/key-ring';

/** The commands of a section of deploy/README.md, as one script. */
function commandsOf(...sections: string[]): string {
  const text = readFileSync(join(__dirname, '../deploy/README.md'), 'utf8');
  const chosen = text.split(/^## /m).filter((section) => sections.some((title) => section.startsWith(`${title}\n`)));
  const blocks = chosen.flatMap((section) => [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block));
  return `set -euo pipefail\n${blocks.join('\n')}`;
}

/** A folder with what an authority hands over, in which the README's commands were typed. */
let folder: string;
let config: Config;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'axis-keys-'));
  const root = CertificateAuthority.createRoot(Name.of([['CN', 'CA gốc']]));
  const authority = root.createIntermediate(Name.of([['CN', 'CA chuyên dùng']]));
  const seal = authority.issueSigner(Name.of([['CN', 'Văn phòng Chính phủ']]), { keyType: 'RSA-3072' });
  const pemOfList = (der: Buffer) =>
    `-----BEGIN X509 CRL-----\n${der.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END X509 CRL-----\n`;
  const files = {
    'ca.pem': root.certificate.toPem(),
    'ca.crl': pemOfList(root.crl()),
    'seal.key': seal.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'seal.pem': seal.certificate.toPem(),
    'chain.pem': authority.certificate.toPem() + root.certificate.toPem(),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  execFileSync('bash', ['-c', commandsOf('Passwords', 'Keys')], { cwd: folder, stdio: 'pipe' });
  // The authority between has a list of its own, which its certificates would name in real life.
  writeFileSync(join(folder, 'keys/trust/between.crl'), authority.crl());
  const { KEYS_PASSWORD } = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
  config = loadConfig({ KEYS_DIR: join(folder, 'keys'), KEYS_PASSWORD });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('makes passwords that fit into an address, each another, and a key, for their owner only', () => {
  const { SECRETS_KEY, ...made } = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
  expect(loadConfig({ SECRETS_KEY }).secretsKey).toBe(SECRETS_KEY);
  const passwords = Object.values(made);
  expect(new Set(passwords).size).toBe(3);
  for (const password of passwords) expect(password).toMatch(/^[0-9a-f]{48}$/);
  for (const path of ['.env', 'keys/evidence.p12', 'keys/seals/G22.p12']) {
    expect(statSync(join(folder, path)).mode & 0o077).toBe(0);
  }
});

it('makes a seal whose signature holds by the trust anchor and lists beside it', async () => {
  const keys = await KeyRing.open(config);
  const seal = keys.sealOf('G22');
  if (!seal) throw new Error('the seal of G22 is missing');
  const signed = await signPdf(samplePdf(), { key: seal.key, signingTime: new Date() });
  expect(await validatePdf(signed, keys.validation)).toMatchObject({ indication: 'TOTAL-PASSED' });
});

it('makes a key of receipts that verify by evidence-trust.pem, and by no other anchor', async () => {
  const evidence: Evidence = {
    version: 1,
    id: '01997f6e-0000-7000-8000-000000000000',
    kind: 'SubmissionAcceptance',
    occurredAt: new Date(Date.now() + 60_000).toISOString(),
    document: { id: '01997f6e-0000-7000-8000-000000000001', reference: 'G22,2026/11/21,1/CV', from: 'G22', files: [] },
  };
  const receipt = await signReceipt(evidence, await openEvidenceKey(config));
  const anchors = (path: string) => Certificate.listFromPem(readFileSync(join(folder, 'keys', path), 'utf8'));
  expect(verifyReceipt(receipt, anchors('evidence-trust.pem'))).toMatchObject({ ok: true });
  expect(verifyReceipt(receipt, anchors('trust/ca.pem'))).toMatchObject({ code: 'receipt.untrusted_signer' });
});

it('leaves the key of receipts nowhere but in its file', () => {
  expect(() => readFileSync(join(folder, 'evidence.key'))).toThrow('ENOENT');
});
