import { sign as signRaw } from 'node:crypto';

import { samplePdf, signaturePng, TestAuthority, writeRawPdf } from '@axis/testing';

import { completeSignature, prepareSignature, signPdf, type SignOptions, validatePdf, type ValidationReport } from '..';
import { formFields } from '../form';
import { PdfFile } from '../syntax';

const authority = new TestAuthority();
const person = authority.person();
const key = person.signingKey();
const signingTime = new Date('2026-06-30T08:30:00Z');
const trust = [authority.root.certificate];

const sign = (pdf: Buffer, options: Partial<SignOptions> = {}): Promise<Buffer> =>
  signPdf(pdf, { key, signingTime, ...options });
const validate = (pdf: Buffer): Promise<ValidationReport> => validatePdf(pdf, { trust, revocation: 'if-known' });

const form = '<</Type /Catalog /Pages 2 0 R /AcroForm 20 0 R>>';
const emptyField = '<</Type /Annot /Subtype /Widget /FT /Sig /T (approval) /Rect [50 50 200 100] /P 3 0 R>>';
const withField = (field: string): Buffer => samplePdf({ objects: { 1: form, 20: '<</Fields [21 0 R]>>', 21: field } });

describe('an incremental signature', () => {
  it.each(['table', 'stream', 'hybrid'] as const)(
    'keeps every byte of a %s file and its form, signature after signature',
    async (xref) => {
      let pdf = samplePdf({ form: xref, pages: 3 });
      for (let number = 1; number <= 4; number++) {
        const next = await sign(pdf);
        expect(next.subarray(0, pdf.length).equals(pdf)).toBe(true);
        expect(PdfFile.open(next).sections[0]?.form).toBe(xref === 'stream' ? 'stream' : 'table');
        pdf = next;
      }
      const report = await validate(pdf);
      expect(report).toMatchObject({ status: 'validated', indication: 'TOTAL-PASSED', problems: [] });
      expect(report.signatures.map(({ field }) => field)).toEqual([
        'Signature1',
        'Signature2',
        'Signature3',
        'Signature4',
      ]);
      expect(report.signatures.map(({ laterChanges }) => laterChanges)).toEqual([
        'allowed',
        'allowed',
        'allowed',
        'none',
      ]);
      expect(report.signatures.map(({ coversWholeDocument }) => coversWholeDocument)).toEqual([
        false,
        false,
        false,
        true,
      ]);
    },
  );

  it('follows a file that ends without a line end', async () => {
    const pdf = samplePdf();
    expect((await validate(await sign(pdf.subarray(0, pdf.length - 1)))).indication).toBe('TOTAL-PASSED');
  });

  it('says who signed, when, why and where', async () => {
    const pdf = await sign(samplePdf(), {
      reason: 'Ký ban hành',
      location: 'Hà Nội',
      contactInfo: 'vanthu@example.vn',
    });
    const [signature] = (await validate(pdf)).signatures;
    expect(signature).toMatchObject({ signer: 'Nguyễn Văn Ánh', signingTime, level: 'B-B', timestamped: false });
    expect(signature?.certificate?.equals(person.certificate)).toBe(true);
    for (const text of ['ETSI.CAdES.detached', 'D:20260630083000Z']) expect(pdf.includes(text)).toBe(true);
  });

  it.each(['RSA-2048', 'P-256', 'P-384', 'P-521', 'Ed25519'] as const)(
    'is made with a key of type %s',
    async (keyType) => {
      const issued = authority.person('Trần Đức', { keyType });
      expect((await validate(await sign(samplePdf(), { key: issued.signingKey() }))).indication).toBe('TOTAL-PASSED');
    },
  );

  it('keeps numbers of the objects it writes again exactly as they were', async () => {
    const page =
      '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595.2755905511812 841.8897637795277] /UserUnit .0000003 /Contents 4 0 R>>';
    const pdf = await sign(await sign(samplePdf({ objects: { 3: page } })));
    expect((await validate(pdf)).indication).toBe('TOTAL-PASSED');
  });
});

describe('a prepared field', () => {
  it('is filled where it is', async () => {
    const pdf = await sign(withField(emptyField), { fieldName: 'approval' });
    expect(formFields(PdfFile.open(pdf))).toHaveLength(1);
    expect((await validate(pdf)).signatures[0]).toMatchObject({ field: 'approval', indication: 'TOTAL-PASSED' });
  });

  it('may be filled after another signature, and then no more', async () => {
    const first = await sign(withField(emptyField));
    const second = await sign(first, { fieldName: 'approval' });
    expect((await validate(second)).indication).toBe('TOTAL-PASSED');
    await expect(sign(second, { fieldName: 'approval' })).rejects.toMatchObject({ code: 'field-not-usable' });
  });

  it('is refused when it is not for signatures', () =>
    expect(sign(withField(emptyField.replace('/Sig', '/Tx')), { fieldName: 'approval' })).rejects.toMatchObject({
      code: 'field-not-usable',
    }));

  it('locks other fields when it says so', async () => {
    const lock = emptyField.replace('>>', ' /Lock <</Type /SigFieldLock /Action /All>>>>');
    const pdf = await sign(withField(lock), { fieldName: 'approval' });
    expect(pdf.includes('/TransformMethod /FieldMDP')).toBe(true);
    expect((await validate(await sign(pdf))).indication).toBe('TOTAL-PASSED');
  });
});

describe('what cannot be signed', () => {
  const encrypted = writeRawPdf(
    { 1: '<</Type /Catalog /Pages 2 0 R>>', 2: '<</Type /Pages /Kids [] /Count 0>>', 3: '<<>>' },
    '/Root 1 0 R /Encrypt 3 0 R',
  );
  const cut = (part: number): Buffer => samplePdf().subarray(0, Math.floor(samplePdf().length * part));
  it.each([
    ['an empty file', 'not-a-pdf', Buffer.alloc(0)],
    ['another kind of file', 'not-a-pdf', signaturePng()],
    ['bytes before the head', 'not-a-pdf', Buffer.concat([Buffer.from('\n'), samplePdf()])],
    ['a file cut off at half', 'damaged', cut(0.5)],
    ['a file cut off near its end', 'damaged', cut(0.99)],
    ['something after its end', 'damaged', Buffer.concat([samplePdf(), Buffer.from('more')])],
    ['an encrypted file', 'encrypted', encrypted],
  ])('%s is refused as %s, and never valid', async (_, code, pdf) => {
    await expect(sign(pdf)).rejects.toMatchObject({ code });
    expect(await validate(pdf)).toMatchObject({
      status: 'unreadable',
      indication: 'TOTAL-FAILED',
      problems: [{ code }],
    });
  });
});

describe('who may not sign', () => {
  const day = 86_400_000;
  it.each([
    ['CERTIFICATE_EXPIRED', { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) }],
    ['CERTIFICATE_NOT_YET_VALID', { notBefore: new Date(Date.now() + day), notAfter: new Date(Date.now() + 2 * day) }],
  ])('is refused with %s', async (code, validity) => {
    const late = authority.person('Phạm Thị Muộn', validity).signingKey();
    await expect(sign(samplePdf(), { key: late })).rejects.toMatchObject({ code });
    await expect(prepareSignature(samplePdf(), { signer: late, signingTime })).rejects.toMatchObject({ code });
  });
});

describe('a key that is elsewhere', () => {
  const prepare = (pdf: Buffer) => prepareSignature(pdf, { signer: key, signingTime, reason: 'Ký từ xa' });
  const token = (toSign: Buffer): Buffer => signRaw('sha256', toSign, { key: person.privateKey, dsaEncoding: 'der' });

  it('signs what was prepared, hours later', async () => {
    const pdf = await sign(samplePdf(), { key: authority.agency().signingKey() });
    const { ticket, toSign } = await prepare(pdf);
    const kept = JSON.parse(JSON.stringify(ticket)) as typeof ticket;
    const complete = await completeSignature(pdf, kept, token(toSign));
    expect(complete.subarray(0, pdf.length).equals(pdf)).toBe(true);
    expect((await validate(complete)).signatures).toMatchObject([
      { indication: 'TOTAL-PASSED' },
      { signer: 'Nguyễn Văn Ánh', indication: 'TOTAL-PASSED' },
    ]);
  });

  it('refuses a file, a ticket or a value that is not the one prepared', async () => {
    const pdf = samplePdf();
    const { ticket, toSign } = await prepare(pdf);
    const other = await sign(pdf);
    const changed = {
      ...ticket,
      revision: Buffer.from(ticket.revision, 'base64').toString('latin1').replace('20260630', '20260701'),
    };
    const altered = { ...changed, revision: Buffer.from(changed.revision, 'latin1').toString('base64') };
    const [start, before, after, rest] = ticket.byteRange;
    const wider = { ...ticket, byteRange: [start, before - 9, after, rest] as const };
    await expect(completeSignature(other, ticket, token(toSign))).rejects.toMatchObject({
      code: 'prepared-file-changed',
    });
    await expect(completeSignature(pdf, altered, token(toSign))).rejects.toMatchObject({
      code: 'signature-does-not-match',
    });
    await expect(completeSignature(pdf, wider, token(toSign))).rejects.toMatchObject({
      code: 'signature-does-not-match',
    });
    await expect(completeSignature(pdf, ticket, token(Buffer.from('else')))).rejects.toMatchObject({
      code: 'signature-does-not-match',
    });
    await expect(completeSignature(pdf, ticket, Buffer.alloc(3))).rejects.toMatchObject({
      code: 'signature-does-not-match',
    });
  });
});
