import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgencyCode } from '@axis/edoc';
import { CertificateAuthority, type KeyType, Name, openPkcs12 } from '@axis/pki';
import { type Config, ConfigError } from '@axis/platform';
import type { Directory } from '@axis/storage';
import { SAMPLE_DIR } from './project-dir';
import { ensureSecretsKey } from './secrets-key';

const DAY_MS = 86_400_000;

/** A sample agency whose seal the axis holds, and the person who signs for it. */
export interface SampleAgency {
  readonly code: string;
  readonly name: string;
  readonly person: string;
  readonly position: string;
  readonly keyType: KeyType;
}

/** The one that sends, and one that answers; an RSA and an elliptic curve, as the world has both. */
export const SAMPLE_AGENCIES = {
  sender: {
    code: 'G22',
    name: 'Văn phòng Chính phủ',
    person: 'Nguyễn Minh Đức',
    position: 'Phó Chủ nhiệm',
    keyType: 'RSA-2048',
  },
  answerer: {
    code: 'H17.05',
    name: 'Sở Tài chính tỉnh Sông Lam',
    person: 'Võ Thị Thu Hà',
    position: 'Phó Giám đốc',
    keyType: 'P-256',
  },
} as const satisfies Record<string, SampleAgency>;

/**
 * Makes sample keys where there are none, shaped as KEYS_DIR is: `trust/*.pem` and `*.crl`, `seals/<agency code>.p12`, `evidence.p12`,
 * `secrets.key`, and beside them `evidence-trust.pem` to check receipts with and `sample/<agency code>.p12`, the keys of persons, which
 * in real life only they have.
 * Appears whole or not at all, so that several processes may start at once.
 */
export async function ensureSampleKeys(dir: string, password: string): Promise<void> {
  // Keys made before there was a key of secrets get one.
  if (existsSync(dir)) {
    requireEveryAgency(dir);
    return ensureSecretsKey(dir);
  }
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

function requireEveryAgency(dir: string): void {
  for (const { code } of Object.values(SAMPLE_AGENCIES)) {
    if (existsSync(join(dir, `sample/${code}.p12`))) continue;
    throw new ConfigError(
      `${dir} holds the sample keys of an earlier version: \`npm run reset\` makes room for new ones.`,
    );
  }
}

async function* sampleKeys(password: string): AsyncGenerator<[path: string, content: string | Buffer]> {
  const organisation = [
    ['C', 'VN'],
    ['O', 'DỮ LIỆU MẪU – không có giá trị pháp lý'],
  ] as const;
  const root = CertificateAuthority.createRoot(Name.of([...organisation, ['CN', 'CA mẫu']]), { keyType: 'RSA-2048' });
  // Under an authority of its own, which certifies axes and nobody else: else any signer could sign receipts.
  const evidenceRoot = CertificateAuthority.createRoot(Name.of([...organisation, ['CN', 'CA chứng cứ mẫu']]));
  const evidence = evidenceRoot.issueSigner(Name.of([...organisation, ['CN', 'Trục liên thông văn bản (mẫu)']]));

  const tenYears = new Date(Date.now() + 10 * 365 * DAY_MS);

  yield ['trust/sample-root.pem', root.certificate.toPem()];
  yield ['trust/sample-root.crl', root.crl(new Date(), tenYears)];
  for (const { code, name, person, keyType } of Object.values(SAMPLE_AGENCIES)) {
    const seal = root.issueSigner(Name.of([...organisation, ['CN', name], ['UID', code]]), { keyType });
    const signer = root.issueSigner(Name.of([...organisation, ['OU', name], ['CN', person]]), { keyType });
    yield [`seals/${code}.p12`, seal.pkcs12(password)];
    yield [`seals/${code}.png`, await readFile(join(SAMPLE_DIR, `seal-${code}.png`))];
    yield [`sample/${code}.p12`, signer.pkcs12(password)];
    yield [`sample/${code}.png`, await readFile(join(SAMPLE_DIR, `person-${code}.png`))];
  }
  yield ['evidence.p12', evidence.pkcs12(password)];
  yield ['evidence-trust.pem', evidenceRoot.certificate.toPem()];
}

/** Binds the sample persons and seals to their agencies, as the directory does for real ones. */
export async function registerSampleSigners(directory: Directory, { dir, password }: Config['keys']): Promise<void> {
  const codes = Object.values(SAMPLE_AGENCIES).map(({ code }) => code as string as AgencyCode);
  for (const [code, found] of await directory.resolve(codes)) {
    if (found.kind !== 'found') continue;
    for (const [folder, role] of [
      ['seals', 'agency'],
      ['sample', 'person'],
    ] as const) {
      const { certificate } = openPkcs12(await readFile(join(dir, folder, `${code}.p12`)), password);
      await directory.registerSigner(found.agency.id, certificate.subject.toString(), role);
    }
  }
}
