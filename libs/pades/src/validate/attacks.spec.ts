import { parseSignedData } from '@axis/pki';
import { appendRawRevision, rawStream, SAMPLE, samplePdf, TestAuthority } from '@axis/testing';

import { type SignatureReport, type SignOptions, signPdf, validatePdf, type ValidationReport } from '..';
import { formFields } from '../form';
import { Increment, Parser, PdfDict, PdfFile, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from '../syntax';
import { writeValue } from '../syntax/writer';

/** The attacks on signed PDF files known from the literature, each on a file of ours, and each must fail. */

const authority = new TestAuthority();
const key = authority.person().signingKey();
const agencyKey = authority.agency().signingKey();
const trust = [authority.root.certificate];

const sign = (pdf: Buffer, options: Partial<SignOptions> = {}): Promise<Buffer> =>
  signPdf(pdf, { key, signingTime: new Date('2026-06-30T08:30:00Z'), ...options });
const validate = (pdf: Buffer): Promise<ValidationReport> => validatePdf(pdf, { trust });
const codes = ({ reasons }: SignatureReport): string[] => reasons.map(({ code }) => code);
const parse = (text: string): PdfValue => new Parser(Buffer.from(text, 'latin1')).value();
const content = (text: string): PdfStream => new PdfStream(new PdfDict(), Buffer.from(text, 'latin1'));

/** Saves the file once more, correctly in form, with whatever change. */
function revise(pdf: Buffer, change: (increment: Increment, file: PdfFile) => void): Buffer {
  const file = PdfFile.open(pdf);
  const increment = new Increment(file);
  change(increment, file);
  return Buffer.concat([pdf, increment.write().bytes]);
}

/** Rewrites one object of the file with entries changed. */
const entries =
  (ref: PdfRef, changes: (old: PdfDict, file: PdfFile) => Record<string, PdfValue | undefined>) =>
  (increment: Increment, file: PdfFile): void => {
    const old = file.dict(ref) ?? new PdfDict();
    increment.set(ref, old.with(changes(old, file)));
  };

/** Replaces bytes in place with as many others, so that no offset moves. */
function patch(pdf: Buffer, from: string | RegExp, to: (found: string) => string): Buffer {
  const text = pdf.toString('latin1');
  const found = typeof from === 'string' ? from : (from.exec(text)?.[0] ?? '');
  const at = text.indexOf(found);
  const replacement = to(found);
  if (found === '' || at < 0 || replacement.length !== found.length) throw new Error('the patch does not fit');
  const copy = Buffer.from(pdf);
  copy.write(replacement, at, 'latin1');
  return copy;
}

const page = new PdfRef(SAMPLE.firstPage);
const catalog = new PdfRef(SAMPLE.catalog);
const field = (pdf: Buffer, name = 'Signature1'): PdfRef => {
  const ref = formFields(PdfFile.open(pdf)).find((one) => one.name === name)?.ref;
  if (!ref) throw new Error(`no field ${name}`);
  return ref;
};
const signatureValue = (pdf: Buffer): Buffer => {
  const contents = PdfFile.open(pdf).dict(signatureOf(pdf))?.get('Contents');
  return contents instanceof PdfString ? contents.bytes : Buffer.alloc(0);
};
const signatureOf = (pdf: Buffer, name?: string): PdfRef => {
  const ref = PdfFile.open(pdf).dict(field(pdf, name))?.get('V');
  if (!(ref instanceof PdfRef)) throw new Error('no signature');
  return ref;
};

/** The first signature must fail because of what came later, and for this reason. */
async function changedLater(pdf: Buffer, code: string): Promise<void> {
  const report = await validate(pdf);
  expect(report).toMatchObject({ status: 'validated', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' });
  expect(report.signatures[0]).toMatchObject({ indication: 'TOTAL-FAILED', laterChanges: 'forbidden' });
  expect(report.signatures.flatMap(codes)).toContain(code);
}

/** The signature itself must fail, for this reason. */
async function forged(pdf: Buffer, ...expected: string[]): Promise<void> {
  const report = await validate(pdf);
  expect(report.indication).toBe('TOTAL-FAILED');
  expect(report.signatures.flatMap(codes)).toEqual(expect.arrayContaining(expected));
}

let unsigned: Buffer;
let signed: Buffer;

beforeAll(async () => {
  unsigned = samplePdf({ pages: 2 });
  signed = await sign(unsigned);
  const report = await validate(signed);
  expect(report.signatures[0]).toMatchObject({ laterChanges: 'none', coversWholeDocument: true });
  expect(report.indication).not.toBe('TOTAL-FAILED');
});

describe('incremental saving attack', () => {
  const forgedContent = content('BT /F1 24 Tf 72 720 Td (Forged) Tj ET');

  it.each(['table', 'stream', 'hybrid'] as const)('refuses replaced page content in a %s file', async (form) => {
    const pdf = await sign(samplePdf({ form }));
    await changedLater(
      revise(pdf, (increment) => {
        increment.set(new PdfRef(SAMPLE.firstContent), forgedContent);
      }),
      'later-object',
    );
  });

  it('refuses objects that no cross-reference lists', () =>
    changedLater(appendRawRevision(signed, { unlisted: '4 0 obj\n<<>>\nendobj\n' }), 'later-structure'));

  it('does not read a file with objects but no cross-reference at its end', async () => {
    const pdf = Buffer.concat([signed, Buffer.from('4 0 obj\n<<>>\nendobj\n')]);
    expect(await validate(pdf)).toMatchObject({ status: 'unreadable', indication: 'TOTAL-FAILED' });
  });

  it('refuses a copy of the signature that comes with the change', () =>
    changedLater(
      revise(signed, (increment, file) => {
        increment.set(new PdfRef(SAMPLE.firstContent), forgedContent);
        increment.set(signatureOf(signed), file.object(signatureOf(signed)));
      }),
      'byte-range-gap',
    ));

  it('refuses content that was removed', () =>
    changedLater(appendRawRevision(signed, { free: [SAMPLE.firstContent] }), 'later-removal'));

  it('refuses content that was redirected to other bytes of the signed file', async () => {
    // "Shadow" objects: an alternative page content that the original never listed, swapped in by an entry alone.
    const alternative = `9 0 obj\n`;
    expect(signed.includes(alternative)).toBe(true);
    const pdf = appendRawRevision(signed, { at: { [SAMPLE.firstContent]: signed.indexOf('\n8 0 obj') + 1 } });
    expect((await validate(pdf)).indication).toBe('TOTAL-FAILED');
  });

  it('refuses another page tree, page size, font, title or start of the document', async () => {
    await changedLater(
      revise(
        signed,
        entries(new PdfRef(SAMPLE.pages), () => ({ Count: 1, Kids: [page] })),
      ),
      'later-object',
    );
    await changedLater(
      revise(
        signed,
        entries(page, () => ({ MediaBox: [0, 0, 595, 400] })),
      ),
      'later-page',
    );
    await changedLater(
      revise(
        signed,
        entries(new PdfRef(SAMPLE.font), () => ({ BaseFont: new PdfName('Courier') })),
      ),
      'later-object',
    );
    await changedLater(
      revise(
        signed,
        entries(new PdfRef(SAMPLE.info), () => ({ Title: new PdfString(Buffer.from('Other')) })),
      ),
      'later-catalog',
    );
    await changedLater(
      revise(
        signed,
        entries(catalog, () => ({ OpenAction: parse('<</S /JavaScript /JS (x)>>') })),
      ),
      'later-catalog',
    );
  });

  it('refuses another catalogue', async () => {
    const copied = writeValue(PdfFile.open(signed).catalog);
    await changedLater(
      appendRawRevision(signed, { objects: { 90: copied }, trailer: '/Root 90 0 R' }),
      'later-catalog',
    );
  });

  it('refuses a trailer that hides the objects above its size', async () => {
    const pdf = appendRawRevision(signed, { size: SAMPLE.info });
    expect((await validate(pdf)).indication).toBe('TOTAL-FAILED');
  });

  it('allows a save that changes nothing but its date', async () => {
    const pdf = revise(
      signed,
      entries(new PdfRef(SAMPLE.info), () => ({ ModDate: new PdfString(Buffer.from('D:2026')) })),
    );
    expect((await validate(pdf)).signatures[0]).toMatchObject({ laterChanges: 'allowed', coversWholeDocument: false });
  });
});

describe('signature wrapping attack', () => {
  const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\] *\/Contents/;

  /** Moves the second signed part to the end of the file and puts a forged revision where it was. */
  it('refuses a signed part that was moved away from its place', async () => {
    const [, before = '', after = ''] = range.exec(signed.toString('latin1')) ?? [];
    const [gapStart, gapEnd] = [Number(before), Number(after)];
    const forgery = Buffer.from('\n4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n');
    const moved = Buffer.concat([signed.subarray(0, gapEnd), forgery, signed.subarray(gapEnd)]);
    const shifted = patch(
      moved,
      range,
      (found) =>
        `/ByteRange [0 ${gapStart} ${gapEnd + forgery.length} ${signed.length - gapEnd}]`.padEnd(found.length - 9) +
        '/Contents',
    );
    expect((await validate(shifted)).indication).toBe('TOTAL-FAILED');
  });

  it('refuses a gap that is wider than the signature value', () =>
    forged(
      patch(signed, range, (found) => found.replace(/\[0 (\d+)/, (_, n: string) => `[0 ${Number(n) - 1}`)),
      'byte-range-gap',
    ));

  it('refuses another dictionary with a gap that shows another value', async () => {
    // The value is shown to the reader as a literal string, while the gap still fits.
    const pdf = patch(signed, /\/Contents <[0-9a-f]{20}/, (found) => found.replace('<', '('));
    expect((await validate(pdf)).indication).toBe('TOTAL-FAILED');
  });

  it('refuses two values in one signature', () => {
    const pdf = patch(signed, /\/M \(D:\d{14}Z\)/, (found) => '/Contents <00>'.padEnd(found.length));
    return forged(pdf, 'damaged');
  });

  it.each([
    ['that does not begin at 0', (n: number[]) => [1, ...n.slice(1)]],
    ['of six numbers', (n: number[]) => [...n, 0, 0]],
    ['of two numbers', (n: number[]) => n.slice(0, 2)],
    ['with a negative number', ([a = 0, b = 0, c = 0, d = 0]: number[]) => [a, b, c, -d]],
    ['whose parts overlap', ([a = 0, b = 0, , d = 0]: number[]) => [a, b, b - 5, d]],
    ['beyond the file', ([a = 0, b = 0, c = 0, d = 0]: number[]) => [a, b, c, d + 1]],
    ['short of the file', ([a = 0, b = 0, c = 0, d = 0]: number[]) => [a, b, c, d - 20]],
    ['of zeros', () => [0, 0, 0, 0]],
  ])('refuses a byte range %s', async (_, change) => {
    const pdf = patch(signed, /\/ByteRange \[[^\]]*\] */, (found) => {
      const numbers = (found.match(/\d+/g) ?? []).map(Number);
      return `/ByteRange [${change(numbers).join(' ')}]`.padEnd(found.length);
    });
    const report = await validate(pdf);
    expect(report.indication).toBe('TOTAL-FAILED');
    expect(report.signatures.flatMap(codes).join()).toMatch(/byte-range/);
  });
});

describe('universal signature forgery', () => {
  const rewritten = (changes: Record<string, PdfValue | undefined>): Promise<void> =>
    forged(
      revise(
        signed,
        entries(signatureOf(signed), () => changes),
      ),
    );

  it('refuses a signature without a value, with an empty one, null, or zeros', async () => {
    await rewritten({ Contents: undefined });
    await rewritten({ Contents: new PdfString(Buffer.alloc(0), true) });
    await rewritten({ Contents: null });
    await rewritten({ Contents: new PdfString(Buffer.alloc(64), true) });
    const zeros = patch(signed, /<[0-9a-f]{1000,}>/, (found) => `<${'0'.repeat(found.length - 2)}>`);
    await forged(zeros, 'cms-malformed');
  });

  it('refuses a signature without a byte range or with a strange one', async () => {
    for (const range of [
      'null',
      '[]',
      '[0 0]',
      '[-1 0 0 0]',
      '(0 1 2 3)',
      '[0 1 2 /Three]',
      '[0 99999999999999 1 1]',
    ]) {
      await rewritten({ ByteRange: parse(range) });
    }
    await rewritten({ ByteRange: undefined });
    await rewritten({ ByteRange: signatureOf(signed) });
  });

  it('refuses a signature of a kind that cannot be checked', () =>
    forged(
      patch(signed, 'ETSI.CAdES.detached', () => 'ETSI.CAdES.detaches'),
      'unsupported-format',
    ));

  it('refuses a value in which one bit is wrong', async () => {
    const [signerInfo] = parseSignedData(signatureValue(signed)).signerInfos;
    const hex = signerInfo?.signature.toString('hex') ?? '';
    const report = await validate(
      patch(signed, hex, () => hex.slice(0, 40) + (hex[40] === '0' ? '1' : '0') + hex.slice(41)),
    );
    expect(report).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'SIG_CRYPTO_FAILURE' });
  });

  it('refuses content in which one byte is wrong', () =>
    forged(
      patch(signed, 'Page 1', () => 'Page 7'),
      'digest-mismatch',
    ));
});

describe('shadow attacks', () => {
  it('hide: refuses an overlay that was taken away', async () => {
    const overlay = { 20: '<</Type /Annot /Subtype /Square /Rect [0 0 595 842] /IC [1 1 1]>>' };
    const prepared = samplePdf({
      objects: {
        ...overlay,
        3: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [20 0 R] /Resources <</Font <</F1 5 0 R>>>>>>',
      },
    });
    const pdf = await sign(prepared);
    await changedLater(appendRawRevision(pdf, { free: [20] }), 'later-removal');
    await changedLater(
      revise(
        pdf,
        entries(new PdfRef(20), () => ({ F: 2 })),
      ),
      'later-object',
    );
    await changedLater(
      revise(
        pdf,
        entries(page, (old, file) => ({ Annots: (file.array(old.get('Annots')) ?? []).slice(1) })),
      ),
      'later-annotation',
    );
  });

  it('replace: refuses a form value shown over the signed one', async () => {
    const form = '<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [20 0 R]>>>>';
    const text = '<</Type /Annot /Subtype /Widget /FT /Tx /T (payee) /V (Good) /P 3 0 R /Rect [0 0 100 20]>>';
    const pdf = await sign(samplePdf({ objects: { 1: form, 20: text } }));
    await changedLater(
      revise(
        pdf,
        entries(new PdfRef(20), () => ({ V: new PdfString(Buffer.from('Evil')) })),
      ),
      'later-not-permitted',
    );
  });

  it('hide and replace: refuses a gap, left on purpose, that a later object fills', async () => {
    // The page draws an object that does not exist when it is signed: number 10 is to be the field of a second signature.
    const pdf = await sign(
      samplePdf({
        objects: {
          3: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 10 %\n 0 R] /Resources <</Font <</F1 5 0 R>>>>>>',
        },
      }),
    );
    const again = await sign(pdf);
    expect(PdfFile.open(again).entry(10)?.kind).toBe('plain');
    await changedLater(again, 'later-hidden-reference');
  });

  it('is not misled by the same digits in the text of the page', async () => {
    const pdf = await sign(
      samplePdf({ objects: { 4: rawStream('', 'BT /F1 9 Tf (7 0 R 8 0 R 9 0 R 10 0 R 11 0 R) Tj ET') } }),
    );
    expect((await validate(await sign(pdf))).signatures[0]).toMatchObject({ laterChanges: 'allowed' });
  });
});

describe('attacks on certified documents', () => {
  const look =
    (rect: PdfValue, extra: Record<string, PdfValue> = {}) =>
    (increment: Increment, file: PdfFile) => {
      const appearance = increment.add(
        new PdfStream(
          parse('<</Type /XObject /Subtype /Form /BBox [0 0 9 9]>>') as PdfDict,
          Buffer.from('0 0 9 9 re f'),
        ),
      );
      const widget = increment.add(
        (parse('<</Type /Annot /Subtype /Widget /T (evil)>>') as PdfDict).with({
          Rect: rect,
          AP: PdfDict.of({ N: appearance }),
          P: page,
          ...extra,
        }),
      );
      const old = file.dict(page) ?? new PdfDict();
      increment.set(page, old.with({ Annots: [...(file.array(old.get('Annots')) ?? []), widget] }));
      return widget;
    };

  it.each([1, 2, 3] as const)(
    'evil annotation: refuses any annotation on a document certified at level %d',
    async (certify) => {
      const pdf = await sign(unsigned, { certify });
      await changedLater(
        revise(pdf, (increment, file) => void look([0, 0, 595, 842])(increment, file)),
        'later-annotation',
      );
    },
  );

  it('sneaky signature: refuses a new signature that shows something on a certified document', async () => {
    const pdf = await sign(unsigned, { certify: 2 });
    const second = await sign(pdf, { key: agencyKey, fieldName: 'second' });
    expect((await validate(second)).signatures[0]).toMatchObject({ laterChanges: 'allowed' });
    const shown = revise(
      second,
      entries(field(second, 'second'), () => ({ Rect: [0, 0, 200, 200] })),
    );
    await changedLater(shown, 'later-not-permitted');
  });

  it('refuses a field that nobody signed', async () => {
    const withField = revise(signed, (increment, file) => {
      const widget = look([0, 0, 100, 100], { FT: new PdfName('Sig') })(increment, file);
      const form = file.dict(file.catalog.get('AcroForm')) ?? new PdfDict();
      const fields = [...(file.array(form.get('Fields')) ?? []), widget];
      increment.set(catalog, file.catalog.with({ AcroForm: form.with({ Fields: fields }) }));
    });
    await changedLater(withField, 'later-field');
  });

  it('does not let a certification be added or taken away later', async () => {
    await changedLater(
      revise(
        signed,
        entries(catalog, () => ({ Perms: PdfDict.of({ DocMDP: signatureOf(signed) }) })),
      ),
      'later-catalog',
    );
    const certified = await sign(unsigned, { certify: 1 });
    await changedLater(
      revise(
        certified,
        entries(catalog, () => ({ Perms: undefined })),
      ),
      'later-catalog',
    );
  });

  it('refuses a second signature where the certification allows no changes', async () => {
    const certified = await sign(unsigned, { certify: 1 });
    await expect(sign(certified)).rejects.toMatchObject({ code: 'no-changes-allowed' });
  });
});

describe('the look of an old signature', () => {
  it('may not be moved, resized, redrawn, hidden or renamed', async () => {
    const widget = field(signed);
    for (const changes of [
      { Rect: [0, 0, 200, 200] },
      { AP: PdfDict.of({ N: signatureOf(signed) }) },
      { F: 2 },
      { T: new PdfString(Buffer.from('Other')) },
      { MK: new PdfDict() },
    ]) {
      const report = await validate(
        revise(
          signed,
          entries(widget, () => changes),
        ),
      );
      expect(report.indication).toBe('TOTAL-FAILED');
    }
  });
});

describe('spoofed fields', () => {
  it('refuses two fields that share one signature', () =>
    forged(
      revise(signed, (increment, file) => {
        const twin = increment.add(
          (file.dict(field(signed)) ?? new PdfDict()).with({ T: new PdfString(Buffer.from('Twin')) }),
        );
        const form = file.dict(file.catalog.get('AcroForm')) ?? new PdfDict();
        increment.set(
          catalog,
          file.catalog.with({ AcroForm: form.with({ Fields: [...(file.array(form.get('Fields')) ?? []), twin] }) }),
        );
      }),
      'signature-shared',
    ));

  it('finds no signature in a dictionary that no form field holds', async () => {
    const loose = patch(signed, /\/AcroForm/, () => '/AcroFarm');
    expect(await validate(loose)).toMatchObject({ status: 'unsigned', indication: 'INDETERMINATE' });
  });

  it('finds no signature where only text says so', async () => {
    const text =
      '<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <00>>>';
    const pdf = samplePdf({ objects: { 4: rawStream('', `(${text})`), 20: text } });
    expect(await validate(pdf)).toMatchObject({ status: 'unsigned' });
  });
});
