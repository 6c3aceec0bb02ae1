import { deflateSync } from 'node:zlib';

import { appendRawRevision, rawStream, samplePdf, TestAuthority, writeRawPdf } from '@axis/testing';

import { signPdf, validatePdf } from '..';
import { formFields } from '../form';
import {
  PdfFile,
  PdfName,
  PdfRef,
  PdfString,
  Parser,
  readDate,
  readText,
  sameValue,
  textString,
  type PdfValue,
} from '.';
import { writeValue } from './writer';

const parse = (text: string): PdfValue => new Parser(Buffer.from(text, 'latin1')).value();
const open = (pdf: Buffer): PdfFile => PdfFile.open(pdf);
const refusal = (read: () => unknown): string => {
  try {
    read();
    return 'read';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

describe('objects', () => {
  it('are read as ISO 32000-2 §7.3 writes them', () => {
    expect(parse('[true false null 12 -3 +4 .5 -0.25 7.]')).toEqual([true, false, null, 12, -3, 4, 0.5, -0.25, 7]);
    expect(parse('/A#20B#2f')).toEqual(new PdfName('A B/'));
    expect(parse('12 0 R')).toEqual(new PdfRef(12, 0));
    expect(parse('[1 2 3 0 R 4]')).toEqual([1, 2, new PdfRef(3, 0), 4]);
    expect((parse('(a\\(b\\)(c)\\101\\n\\\r\nd\r\ne)') as PdfString).bytes.toString()).toBe('a(b)(c)A\nd\ne');
    expect((parse('<48 65 6C6c 7>') as PdfString).bytes.toString()).toBe('Hellp');
    expect(writeValue(parse('<</K [1 (x) /N#20M <00ff> 2 0 R] % note\n/L <<>>>>') as never)).toBe(
      '<</K [1 (x) /N#20M <00ff> 2 0 R] /L <<>>>>',
    );
  });

  it.each([
    ['a number with two signs', '--1'],
    ['a number with letters', '12x'],
    ['an exponent', '[1e5]'],
    ['a key twice', '<</A 1 /A 2>>'],
    ['a value that is missing', '<</A >>'],
    ['a dictionary without its end', '<</A 1'],
    ['a string without its end', '(abc'],
    ['a hexadecimal string with letters', '<4G>'],
    ['an unknown word', 'maybe'],
    ['the end', ''],
  ])('are refused with %s', (_, text) => {
    expect(refusal(() => parse(text))).toBe('damaged');
  });

  it('are refused when nested without end', () => {
    expect(refusal(() => parse('['.repeat(1_000_000)))).toBe('too-complex');
    expect(refusal(() => parse('<</A'.repeat(1_000_000)))).toBe('too-complex');
    expect((parse(`(${'('.repeat(100_000)}${')'.repeat(100_000)})`) as PdfString).bytes).toHaveLength(200_000);
  });

  it('carry Vietnamese text and dates', () => {
    expect(readText(textString('Nguyễn Thị Hồng Ánh'))).toBe('Nguyễn Thị Hồng Ánh');
    expect(readText(new PdfString(Buffer.from('\ufeffĐỗ')))).toBe('Đỗ');
    const date = (text: string): string | undefined => readDate(new PdfString(Buffer.from(text)))?.toISOString();
    expect(date("D:20260630153000+07'00'")).toBe('2026-06-30T08:30:00.000Z');
    expect(date('D:2026')).toBe('2026-01-01T00:00:00.000Z');
    expect(date('yesterday')).toBeUndefined();
  });
});

describe('a file', () => {
  const pdf = samplePdf();
  const text = pdf.toString('latin1');
  const edited = (from: string | RegExp, to: string): Buffer => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return Buffer.from(changed, 'latin1');
  };

  it('is read the same in all three forms', () => {
    const [table, stream, hybrid] = (['table', 'stream', 'hybrid'] as const).map((form) =>
      open(samplePdf({ form, pages: 3 })),
    );
    for (const file of [stream, hybrid]) {
      for (const number of [1, 2, 3, 5, 6, 7, 9])
        expect(sameValue(file?.object(new PdfRef(number)), table?.object(new PdfRef(number)))).toBe(true);
    }
  });

  it.each([
    ['an offset that misses its object', edited(/00000000\d\d 00000 n/, '0000000016 00000 n')],
    ['a malformed entry', edited(/ 00000 n \n/, ' 00000 n\n\n'.replace('\n\n', 'x\n'))],
    ['a startxref that points elsewhere', edited(/startxref\n\d+/, 'startxref\n10')],
    ['a startxref beyond the end', edited(/startxref\n\d+/, 'startxref\n999999')],
    ['no root', edited('/Root 1 0 R', '')],
    ['a root that is no catalogue', edited('/Root 1 0 R', '/Root 2 0 R')],
    ['a section that leads back to itself', appendRawRevision(pdf, { prev: pdf.length + 1, objects: {} })],
    ['an object listed twice', edited('xref\n0 1', 'xref\n0 2\n0000000000 65535 f \n0000000000 65535 f \n1 1')],
    ['a stream of the wrong length', edited('/Length ', '/Length 1')],
  ])('with %s is damaged', (_, broken) => {
    const readAll = (): void => {
      const file = open(broken);
      for (const number of file.allEntries().keys()) file.object(new PdfRef(number));
      expect(file.catalog).toBeDefined();
    };
    expect(refusal(readAll)).toBe('damaged');
  });

  it('with objects that need one another to be read is refused', () => {
    const loop = samplePdf({
      objects: { 4: '<</Length 20 0 R>>\nstream\n\nendstream', 20: '<</Length 4 0 R>>\nstream\n\nendstream' },
    });
    expect(refusal(() => open(loop).object(new PdfRef(4)))).toBe('damaged');
    const chain: Record<number, string> = {};
    for (let i = 20; i < 5_000; i++) chain[i] = `<</Length ${i + 1} 0 R>>\nstream\n\nendstream`;
    expect(refusal(() => open(samplePdf({ objects: chain })).object(new PdfRef(20)))).toBe('too-complex');
  });

  it('with form fields in a circle is refused, and never hangs', async () => {
    const fields = {
      1: '<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [20 0 R]>>>>',
      20: '<</T (a) /Kids [21 0 R]>>',
      21: '<</T (b) /Kids [20 0 R]>>',
    };
    expect(refusal(() => formFields(open(samplePdf({ objects: fields }))))).toBe('too-complex');
    expect(await validatePdf(samplePdf({ objects: fields }), { trust: 'none' })).toMatchObject({
      status: 'unreadable',
      problems: [{ code: 'too-complex' }],
    });
  });

  it('does not unpack a bomb', () => {
    const zeros = deflateSync(Buffer.alloc(200 << 20));
    expect(zeros.length).toBeLessThan(1 << 20);
    const bomb = rawStream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', zeros);
    const packed = appendRawRevision(writeRawPdf({ 1: '<</Type /Catalog>>', 2: bomb }, '/Root 1 0 R', 'stream'), {
      objects: {},
      form: 'stream',
    });
    expect(open(packed).catalog.name('Type')).toBe('Catalog');
    const xref = rawStream('/Type /XRef /Size 9 /Root 1 0 R /W [1 2 1] /Filter /FlateDecode', zeros);
    const head = Buffer.from('%PDF-1.7\n');
    const file = Buffer.concat([
      head,
      Buffer.from('2 0 obj\n'),
      xref,
      Buffer.from(`\nendobj\nstartxref\n${head.length}\n%%EOF\n`),
    ]);
    expect(() => open(file)).toThrow('unpacks');
  });

  it('with a thousand revisions or a million entries costs no more than a moment', () => {
    const start = performance.now();
    let many = pdf;
    const one = Buffer.from('xref\n0 0\ntrailer\n<</Size 9 /Root 1 0 R /Prev ');
    const parts = [pdf];
    let [prev, at] = [Number(/startxref\n(\d+)/.exec(text)?.[1]), pdf.length];
    for (let i = 0; i < 5_000; i++) {
      const part = Buffer.concat([one, Buffer.from(`${prev}>>\nstartxref\n${at}\n%%EOF\n`)]);
      parts.push(part);
      [prev, at] = [at, at + part.length];
    }
    many = Buffer.concat(parts);
    expect(refusal(() => open(many))).toBe('too-complex');
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('cost', () => {
  const authority = new TestAuthority();
  const key = authority.person().signingKey();
  const options = { trust: [authority.root.certificate], revocation: 'if-known' } as const;

  /** How many objects of the file are looked up meanwhile. */
  async function countReads(run: () => Promise<unknown>): Promise<number> {
    const lookups = jest.spyOn(PdfFile.prototype, 'object');
    try {
      await run();
      return lookups.mock.calls.length;
    } finally {
      lookups.mockRestore();
    }
  }

  it.each(['table', 'stream'] as const)('does not grow with the number of pages of a %s file', async (form) => {
    const objectsRead = async (pages: number): Promise<readonly [signing: number, validating: number]> => {
      const pdf = samplePdf({ form, pages });
      const sign = (file: Buffer) => signPdf(file, { key, signingTime: new Date() });
      const twice = await sign(await sign(pdf));
      return [await countReads(() => sign(pdf)), await countReads(() => validatePdf(twice, options))];
    };
    const few = await objectsRead(2);
    const many = await objectsRead(400);
    expect(many[0]).toBeLessThanOrEqual(few[0] + 2);
    expect(many[1]).toBeLessThanOrEqual(few[1] + 2);
  });
});
