import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { answerTimestampRequest, CertificateValidator, Crl, TimestampClient, trustPolicy } from '@axis/pki';
import { samplePdf, sealPng, signaturePng, TestAuthority } from '@axis/testing';

import { extendPdf, signPdf } from '.';
import { formFields } from './form';
import { PdfFile, PdfString } from './syntax';

/** Other people's verifiers must take what is made here. A tool that is not installed is skipped, and named. */
const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;
const withTool = (tool: string) => (has(tool) ? it : it.skip);

const authority = new TestAuthority({ keyType: 'RSA-2048' });
const rsa = authority.person('Nguyễn Thị Hồng Ánh', { keyType: 'RSA-2048' });
const p256 = authority.agency('Văn phòng Chính phủ');
const signingTime = new Date();
const stamper = authority.timestamper({ keyType: 'RSA-2048' }).signingKey();
const timestamps = new TimestampClient({
  url: 'http://tsa.invalid',
  http: ({ body = Buffer.alloc(0) }) => answerTimestampRequest(body, stamper),
});
const folder = mkdtempSync(join(tmpdir(), 'axis-pades-'));
const files: { readonly name: string; readonly path: string; readonly pdf: Buffer; readonly signatures: number }[] = []; // signatures of people and agencies, not timestamps

/** RSA, RSA-PSS and P-256 in sequence, shown and hidden; then raised step by step. */
async function writeSamples(form: 'table' | 'stream' | 'hybrid'): Promise<void> {
  const look = { kind: 'person', image: signaturePng(), place: { anchor: 'Page 2', side: 'below' } } as const;
  const seal = {
    kind: 'seal',
    image: sealPng(),
    agency: 'Văn phòng Chính phủ',
    place: { overLeftOf: 'person' },
  } as const;
  const one = await signPdf(samplePdf({ form, pages: 3 }), {
    key: rsa.signingKey(),
    signingTime,
    fieldName: 'person',
    look,
  });
  const two = await signPdf(one, { key: rsa.signingKey({ algorithm: 'RSA-PSS' }), signingTime, timestamps });
  const three = await signPdf(two, { key: p256.signingKey(), signingTime, look: seal });
  const crls = [authority.root.crl(), authority.intermediate.crl()].map((der) => Crl.fromDer(der));
  const trust = new CertificateValidator(trustPolicy([authority.root.certificate]));
  const services = { trust, material: { crls, ocspResponses: [] }, timestamps };
  const stages = {
    'B-B': three,
    'B-T': await extendPdf(three, { ...services, level: 'B-T' }),
    'B-LT': await extendPdf(three, { ...services, level: 'B-LT' }),
    'B-LTA': await extendPdf(three, { ...services, level: 'B-LTA' }),
  };
  for (const [level, pdf] of Object.entries(stages)) {
    const path = join(folder, `${form}-${level}.pdf`);
    writeFileSync(path, pdf);
    const signatures = pdf.toString('latin1').split('/SubFilter /ETSI.CAdES.detached').length - 1;
    files.push({ name: `${form} ${level}`, path, pdf, signatures });
  }
}

beforeAll(async () => {
  for (const form of ['table', 'stream', 'hybrid'] as const) await writeSamples(form);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

withTool('qpdf')('qpdf --check finds no fault', () => {
  for (const { path } of files) {
    const { status, stdout, stderr } = spawnSync('qpdf', ['--check', path], { encoding: 'utf8' });
    expect(`${status} ${stderr}`).toBe('0 ');
    expect(stdout).toContain('No syntax or stream encoding errors found');
  }
});

// Timestamps of documents are beyond pdfsig, which says so and nothing worse of them.
withTool('pdfsig')('pdfsig takes every signature', () => {
  for (const { path, signatures } of files) {
    const output = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(output.match(/Signature Validation: Signature is Valid\./g)).toHaveLength(signatures);
    expect(output).not.toMatch(/invalid|mismatch|error/i);
  }
});

withTool('openssl')('openssl cms -verify -cades takes every signature, and openssl ts every timestamp', () => {
  const anchor = join(folder, 'root.pem');
  const issuer = join(folder, 'issuer.pem');
  writeFileSync(anchor, authority.root.certificate.toPem());
  writeFileSync(issuer, authority.intermediate.certificate.toPem());
  for (const { pdf } of files) {
    const file = PdfFile.open(pdf);
    for (const { value } of formFields(file)) {
      const dict = file.dict(value);
      const [, before, after, rest] = (file.array(dict?.get('ByteRange')) ?? []).map(Number);
      const contents = dict?.get('Contents');
      const [der, content] = [join(folder, 'value.der'), join(folder, 'content.bin')];
      writeFileSync(der, contents instanceof PdfString ? contents.bytes : '');
      writeFileSync(content, Buffer.concat([pdf.subarray(0, before), pdf.subarray(after, (after ?? 0) + (rest ?? 0))]));
      const args =
        dict?.name('SubFilter') === 'ETSI.RFC3161'
          ? ['ts', '-verify', '-in', der, '-token_in', '-data', content, '-untrusted', issuer]
          : [
              'cms',
              '-verify',
              '-cades',
              '-binary',
              '-inform',
              'DER',
              '-in',
              der,
              '-content',
              content,
              '-out',
              '/dev/null',
            ];
      const purpose = args[0] === 'cms' ? ['-purpose', 'any'] : [];
      const { status, stdout, stderr } = spawnSync('openssl', [...args, '-CAfile', anchor, ...purpose], {
        encoding: 'utf8',
      });
      expect(`${status} ${stdout}${stderr}`).toMatch(/^0 .*Verification(: OK| successful)/s);
    }
  }
});
