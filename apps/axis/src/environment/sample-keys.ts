import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgencyCode } from '@axis/edoc';
import { CertificateAuthority, Name, openPkcs12 } from '@axis/pki';
import type { Config } from '@axis/platform';
import type { Directory } from '@axis/storage';
import { SAMPLE_DIR } from './project-dir';
import { ensureSecretsKey } from './secrets-key';

const DAY_MS = 86_400_000;

/** The sample agency whose seal the axis holds, and the person who signs for it. */
export const SAMPLE_SENDER = { code: 'G22', agency: 'Văn phòng Chính phủ', person: 'Nguyễn Minh Đức' } as const;

/**
 * Makes sample keys where there are none, shaped as KEYS_DIR is: `trust/*.pem` and `*.crl`, `seals/<agency code>.p12`, `evidence.p12`,
 * `secrets.key`, and beside them `evidence-trust.pem` to check receipts with and `sample/person.p12`, which in real life only its owner has.
 * Appears whole or not at all, so that several processes may start at once.
 */
export async function ensureSampleKeys(dir: string, password: string): Promise<void> {
  // Keys made before there was a key of secrets get one.
  if (existsSync(dir)) return ensureSecretsKey(dir);
  await mkdir(dirname(dir), { recursive: true });
  const made = await mkdtemp(`${dir}.`);
  try {
    for await (const [path, content] of sampleKeys(password)) {
      await mkdir(dirname(join(made, path)), { recursive: true });
      await writeFile(join(made, path), content, { mode: path.endsWith('.p12') ? 0o600 : 0o644 });
    }
    await ensureSecretsKey(made);
    await rename(made, dir);
  } catch (error) {
    // Another process was first: its keys are the ones.
    if (!existsSync(dir)) throw error;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function* sampleKeys(password: string): AsyncGenerator<[path: string, content: string | Buffer]> {
  const { code, agency, person } = SAMPLE_SENDER;
  const organisation = [
    ['C', 'VN'],
    ['O', 'DỮ LIỆU MẪU – không có giá trị pháp lý'],
  ] as const;
  const root = CertificateAuthority.createRoot(Name.of([...organisation, ['CN', 'CA mẫu']]), { keyType: 'RSA-2048' });
  const seal = root.issueSigner(Name.of([...organisation, ['CN', agency], ['UID', code]]), { keyType: 'RSA-2048' });
  const signer = root.issueSigner(Name.of([...organisation, ['OU', agency], ['CN', person]]), { keyType: 'RSA-2048' });
  // Under an authority of its own, which certifies axes and nobody else: else any signer could sign receipts.
  const evidenceRoot = CertificateAuthority.createRoot(Name.of([...organisation, ['CN', 'CA chứng cứ mẫu']]));
  const evidence = evidenceRoot.issueSigner(Name.of([...organisation, ['CN', 'Trục liên thông văn bản (mẫu)']]));

  const tenYears = new Date(Date.now() + 10 * 365 * DAY_MS);

  yield ['trust/sample-root.pem', root.certificate.toPem()];
  yield ['trust/sample-root.crl', root.crl(new Date(), tenYears)];
  yield [`seals/${code}.p12`, seal.pkcs12(password)];
  yield [`seals/${code}.png`, await readFile(join(SAMPLE_DIR, 'seal.png'))];
  yield ['sample/person.p12', signer.pkcs12(password)];
  yield ['sample/person.png', await readFile(join(SAMPLE_DIR, 'person.png'))];
  yield ['evidence.p12', evidence.pkcs12(password)];
  yield ['evidence-trust.pem', evidenceRoot.certificate.toPem()];
}

/** Binds the sample person and seal to their agency, as the directory does for real ones. */
export async function registerSampleSigners(directory: Directory, { dir, password }: Config['keys']): Promise<void> {
  const code = SAMPLE_SENDER.code as AgencyCode;
  const found = (await directory.resolve([code])).get(code);
  if (found?.kind !== 'found') return;
  for (const [path, role] of [
    [`seals/${code}.p12`, 'agency'],
    ['sample/person.p12', 'person'],
  ] as const) {
    const { certificate } = openPkcs12(await readFile(join(dir, path)), password);
    await directory.registerSigner(found.agency.id, certificate.subject.toString(), role);
  }
}
