import { createHash, type KeyObject, sign, verify, constants } from 'node:crypto';
import { signPdf, validatePdf } from '@axis/pades';
import {
  CertificateAuthority,
  CertificateValidator,
  Crl,
  type KeyType,
  Name,
  type SignatureAlgorithm,
  trustPolicy,
} from '@axis/pki';
import { draftPdf } from './draft-pdf';
import { rounded } from './figures';
import { table } from './table';

/** One algorithm on one file. Times in ms, the median of several. */
export interface SignatureCell {
  readonly algorithm: string;
  readonly file: string;
  readonly bytes: number;
  readonly sign: number;
  readonly verify: number;
  /** The file's digest and the key's own operation by node:crypto, nothing else: what no PDF library can be faster than. */
  readonly bareSign: number;
  readonly bareVerify: number;
}

export interface SignaturesReport {
  readonly signatures: readonly SignatureCell[];
}

interface Algorithm {
  readonly name: string;
  readonly keyType: KeyType;
  readonly algorithm: SignatureAlgorithm;
  readonly padding?: number;
}

const KB = 1024;
const FILES = [
  { name: '5 KB', bytes: 5 * KB, pages: 1 },
  { name: '100 KB', bytes: 100 * KB, pages: 2 },
  { name: '5 MB', bytes: 5 * KB * KB, pages: 2 },
  { name: '200 pages', bytes: 0, pages: 200 },
];
const ALGORITHMS: readonly Algorithm[] = [
  { name: 'RSA-2048 PKCS#1', keyType: 'RSA-2048', algorithm: 'RSA-PKCS1' },
  { name: 'RSA-2048 PSS', keyType: 'RSA-2048', algorithm: 'RSA-PSS', padding: constants.RSA_PKCS1_PSS_PADDING },
  { name: 'P-256', keyType: 'P-256', algorithm: 'ECDSA' },
];

/** Signing and validating PDFs, beside the bare cryptography they cannot do without, in turn. */
export async function measureSignatures(quick: boolean, say: (line: string) => void): Promise<SignaturesReport> {
  const signatures: SignatureCell[] = [];
  for (const file of FILES) {
    say(file.name);
    const draft = (await draftPdf(file.bytes, file.pages)).copy(1);
    for (const algorithm of ALGORITHMS) signatures.push(await measureOne(algorithm, file.name, draft, quick));
  }
  return { signatures };
}

async function measureOne({ name, keyType, algorithm, padding }: Algorithm, file: string, pdf: Buffer, quick: boolean) {
  const authority = CertificateAuthority.createRoot(Name.of([['CN', 'CA đo']]), { keyType });
  const issued = authority.issueSigner(Name.of([['CN', 'Người ký đo']]), { keyType });
  const key = issued.signingKey({ algorithm });
  const signingTime = new Date();
  const signed = await signPdf(pdf, { key, signingTime });
  const options = {
    trust: new CertificateValidator(trustPolicy([authority.certificate])),
    material: { crls: [Crl.fromDer(authority.crl())], ocspResponses: [] },
  };
  const bare = bareOperations(issued.privateKey, issued.certificate.publicKey, padding);
  const value = bare.sign(pdf);
  const times = await inTurn(quick ? 5 : 25, {
    sign: () => signPdf(pdf, { key, signingTime }),
    verify: () => validatePdf(signed, options),
    bareSign: () => bare.sign(pdf),
    bareVerify: () => bare.verify(pdf, value),
  });
  return { algorithm: name, file, bytes: pdf.length, ...times };
}

/** A signature over signed attributes that hold the file's digest (RFC 5652 §5.4): one pass over the file, one key operation. */
function bareOperations(privateKey: KeyObject, publicKey: KeyObject, padding: number | undefined) {
  const attributes = (pdf: Buffer): Buffer => createHash('sha256').update(pdf).digest();
  const options = padding === undefined ? {} : { padding, saltLength: 32 };
  return {
    sign: (pdf: Buffer) => sign('sha256', attributes(pdf), { key: privateKey, ...options }),
    verify: (pdf: Buffer, value: Buffer) => verify('sha256', attributes(pdf), { key: publicKey, ...options }, value),
  };
}

/** Each work once a round, so that a busy moment of the machine befalls all alike. @returns medians, ms */
async function inTurn<Work extends string>(
  rounds: number,
  works: Record<Work, () => unknown>,
): Promise<Record<Work, number>> {
  const names = Object.keys(works) as Work[];
  const times = new Map<Work, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const begin = performance.now();
      await works[name]();
      times.get(name)?.push(performance.now() - begin);
    }
  }
  const median = (values: number[]): number => rounded(values.sort((a, b) => a - b)[values.length >> 1] ?? 0);
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Work, number>;
}

export function describeSignatures({ signatures }: SignaturesReport): string {
  const head = ['', 'file', 'sign', 'bare', 'beyond it', 'verify', 'bare', 'beyond it'];
  const rows = signatures.map(({ algorithm, file, sign, verify, bareSign, bareVerify }) => {
    const figures = [sign, bareSign, rounded(sign - bareSign), verify, bareVerify, rounded(verify - bareVerify)];
    return [algorithm, file, ...figures.map(String)];
  });
  return ['One signature on a PDF, ms, beside digest and key operation alone:', table(head, rows)].join('\n');
}
