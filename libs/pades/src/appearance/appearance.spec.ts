import { execFileSync, spawnSync } from 'node:child_process';

import { samplePdf, sealPng, signaturePng, TestAuthority } from '@axis/testing';

import { signPdf, type SignatureLook, validatePdf } from '..';
import { formFields } from '../form';
import { PdfFile } from '../syntax';

const authority = new TestAuthority();
const key = authority.agency().signingKey();
const signingTime = new Date('2026-06-30T08:30:00Z');

const show = (pdf: Buffer, look: SignatureLook, fieldName: string): Promise<Buffer> =>
  signPdf(pdf, { key, signingTime, look, fieldName });
const rectOf = (pdf: Buffer, name: string): number[] => {
  const file = PdfFile.open(pdf);
  const field = formFields(file).find((one) => one.name === name);
  return (file.array(field?.dict.get('Rect')) ?? []).map(Number);
};

const page = (extra: string): string =>
  `<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ${extra} /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>`;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** How many pixels in this part of the page, given in points from its top left corner, are of a colour. */
  count(
    left: number,
    top: number,
    right: number,
    bottom: number,
    is: (r: number, g: number, b: number) => boolean,
  ): number;
}

const red = (r: number, g: number, b: number): boolean => r > 180 && g < 120 && b < 120;
const blue = (r: number, g: number, b: number): boolean => b > 120 && r < 110 && g < 130;
const black = (r: number, g: number, b: number): boolean => r < 90 && g < 90 && b < 90;

/** The page as a reader sees it, one pixel a point. */
function render(pdf: Buffer): Picture {
  const ppm = execFileSync('pdftoppm', ['-r', '72', '-cropbox', '-f', '1', '-l', '1', '-'], {
    input: pdf,
    maxBuffer: 1 << 26,
  });
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(ppm.toString('latin1', 0, 40));
  const [width, height, start] = [Number(head?.[1]), Number(head?.[2]), head?.[0].length ?? 0];
  return {
    width,
    height,
    count: (left, top, right, bottom, is) => {
      let found = 0;
      for (let y = Math.floor(top); y < bottom; y++) {
        for (let x = Math.floor(left); x < right; x++) {
          const at = start + 3 * (y * width + x);
          if (is(ppm[at] ?? 255, ppm[at + 1] ?? 255, ppm[at + 2] ?? 255)) found++;
        }
      }
      return found;
    },
  };
}

const rendered = spawnSync('pdftoppm', ['-v']).error === undefined ? it : it.skip;

describe('a signature that shows', () => {
  rendered.each([0, 90, 180, 270])('is upright, in its place, on a page turned by %d and cropped', async (rotate) => {
    const pdf = samplePdf({ objects: { 3: page(`/Rotate ${rotate} /CropBox [40 60 540 800]`) } });
    const person = await show(
      pdf,
      { kind: 'person', image: signaturePng(), place: { page: 0, left: 200, top: 300 }, width: 120 },
      'person',
    );
    const sealed = await show(
      person,
      { kind: 'seal', image: sealPng(), agency: 'Bộ Tài chính', place: { overLeftOf: 'person' } },
      'seal',
    );
    const picture = render(sealed);
    expect([picture.width, picture.height]).toEqual(rotate % 180 === 0 ? [500, 740] : [740, 500]);
    // The person's image: 120 × 50 from (200, 300); blue there and nowhere else.
    const all = picture.count(0, 0, picture.width, picture.height, blue);
    expect(all).toBeGreaterThan(100);
    expect(picture.count(200, 300, 320, 350, blue)).toBe(all);
    // The seal, 102 points across, ends a third into it and shares its middle line.
    const allRed = picture.count(0, 0, picture.width, picture.height, red);
    expect(allRed).toBeGreaterThan(500);
    expect(picture.count(136, 272, 242, 378, red)).toBe(allRed);
    // Its caption stands below it.
    expect(picture.count(120, 377, 260, 396, black)).toBeGreaterThan(10);
    const report = await validatePdf(sealed, { trust: [authority.root.certificate], revocation: 'if-known' });
    expect(report).toMatchObject({ indication: 'TOTAL-PASSED' });
  });

  rendered('stamps an attachment and a copy at the top right, in black', async () => {
    for (const look of [
      { kind: 'attachment', number: '7816', notation: 'VPCP-TTĐT' },
      { kind: 'copy', form: 'SY', agency: 'Ủy ban nhân dân tỉnh Quảng Ngãi' },
    ] as const) {
      const picture = render(await show(samplePdf({ objects: { 3: page('') } }), look, 'stamp'));
      expect(picture.count(380, 10, 560, 60, black)).toBeGreaterThan(100);
      expect(picture.count(0, 0, 380, 60, black)).toBe(0);
    }
  });

  it('stands by a text of the document', async () => {
    const pdf = samplePdf({ pages: 3 });
    const below = await show(
      pdf,
      { kind: 'person', image: signaturePng(), place: { anchor: 'Page 2', side: 'below', distance: 10 } },
      'person',
    );
    const [left = 0, , right = 0, top = 0] = rectOf(below, 'person');
    // "Page 2" begins at (72, 720) in size 24 and falls a quarter of that below its line.
    expect(top).toBeCloseTo(720 - 6 - 10);
    expect((left + right) / 2).toBeCloseTo(72 + (6 * 12) / 2);
    const field = formFields(PdfFile.open(below)).find(({ name }) => name === 'person');
    expect(field?.dict.get('P')).toMatchObject({ number: 7 });
  });

  it('is refused when its place or its image is not there', async () => {
    const image = signaturePng();
    const place = { page: 0, left: 0, top: 0 };
    await expect(
      show(samplePdf(), { kind: 'person', image, place: { anchor: 'Không có', side: 'above' } }, 'x'),
    ).rejects.toMatchObject({ code: 'anchor-not-found' });
    await expect(show(samplePdf(), { kind: 'person', image, place: { ...place, page: 9 } }, 'x')).rejects.toMatchObject(
      { code: 'anchor-not-found' },
    );
    await expect(
      show(samplePdf(), { kind: 'person', image, place: { overLeftOf: 'nobody' } }, 'x'),
    ).rejects.toMatchObject({ code: 'anchor-not-found' });
    await expect(show(samplePdf(), { kind: 'person', image: Buffer.from('no'), place }, 'x')).rejects.toMatchObject({
      code: 'bad-image',
    });
  });

  it('may not hide the page from an earlier signature', async () => {
    const first = await signPdf(samplePdf(), { key, signingTime });
    const covered = await show(
      first,
      { kind: 'person', image: sealPng(), place: { page: 0, left: 0, top: 0 }, width: 595 },
      'cover',
    );
    const report = await validatePdf(covered, { trust: [authority.root.certificate], revocation: 'if-known' });
    expect(report.signatures[0]).toMatchObject({
      indication: 'TOTAL-FAILED',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'later-large-appearance' })]) as unknown,
    });
  });
});
