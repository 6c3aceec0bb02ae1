import { appendRawRevision, samplePdf, TestAuthority } from '@axis/testing';

import { PadesError, signPdf, validatePdf } from '.';
import { formFields } from './form';
import { PdfFile } from './syntax';

/** So many mutated files each time; more by hand: `AXIS_FUZZ=1000000 npx jest …`. */
const INPUTS = Number(process.env.AXIS_FUZZ ?? 100_000);
/** Milliseconds any single input may take, with room for a busy machine. */
const SLOWEST = 10_000;

const authority = new TestAuthority();
const key = authority.person().signingKey();
const trust = [authority.root.certificate];
const signingTime = new Date('2026-06-30T08:30:00Z');

/** The same numbers each time, so that what fails can be tried again. */
class Dice {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 0x1_0000_0000) * limit);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }
}

const NUMBERS = [
  '0',
  '1',
  '-1',
  '3',
  '9',
  '99999999',
  '2147483648',
  '4294967295',
  '99999999999999999999',
  '1e9',
  '.',
  '5 0 R',
  'null',
] as const;
const TOKENS = [
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '/',
  '%',
  'obj',
  'endobj',
  'stream',
  'endstream',
  'xref',
  'trailer',
  'startxref',
  '%%EOF',
  '/Prev 9',
  '/Kids',
  '/Contents <00>',
  '/Length 0',
  ' 1 0 R ',
  '\0',
] as const;

type Mutation = (pdf: Buffer, dice: Dice) => Buffer;

const splice = (pdf: Buffer, at: number, remove: number, insert: Buffer): Buffer =>
  Buffer.concat([pdf.subarray(0, at), insert, pdf.subarray(at + remove)]);

/** Replaces one match of a pattern; files here are small, so reading them as text is cheap. */
function replaceOne(pdf: Buffer, dice: Dice, pattern: RegExp, replacement: (found: string) => string): Buffer {
  const matches = [...pdf.toString('latin1').matchAll(pattern)];
  const match = matches[dice.below(matches.length)];
  if (!match) return pdf;
  return splice(pdf, match.index, match[0].length, Buffer.from(replacement(match[0]), 'latin1'));
}

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (pdf, dice) => splice(pdf, dice.below(pdf.length), 1, Buffer.from([dice.below(256)])),
  (pdf, dice) => splice(pdf, dice.below(pdf.length), dice.below(40), Buffer.alloc(0)),
  (pdf, dice) => pdf.subarray(0, dice.below(pdf.length)),
  (pdf, dice) => splice(pdf, dice.below(pdf.length), 0, Buffer.from(dice.pick(TOKENS), 'latin1')),
  (pdf, dice) => replaceOne(pdf, dice, /\d+/g, () => dice.pick(NUMBERS)),
  (pdf, dice) => replaceOne(pdf, dice, /\d+ 0 R/g, () => `${dice.below(20)} 0 R`),
  (pdf, dice) =>
    replaceOne(pdf, dice, /\/[A-Z][A-Za-z]+/g, () =>
      dice.pick(['/Length', '/Prev', '/Kids', '/Parent', '/V', '/Fields', '/Type', '/XRefStm', '/Size']),
    ),
  (pdf, dice) => replaceOne(pdf, dice, /\n\d+ 0 obj[^]*?endobj/g, (found) => found + found),
  (pdf, dice) => {
    const [from, length] = [dice.below(pdf.length), dice.below(400)];
    return splice(pdf, dice.below(pdf.length), 0, pdf.subarray(from, from + length));
  },
  (pdf, dice) =>
    appendRawRevision(pdf, {
      objects: {
        [1 + dice.below(12)]: dice.pick([
          'null',
          '<<>>',
          '[1 0 R]',
          '<</Type /Catalog /Pages 2 0 R /AcroForm 1 0 R>>',
          '<</Kids [1 0 R 2 0 R 3 0 R]>>',
        ]),
      },
    }),
];

let seeds: Buffer[];

beforeAll(async () => {
  const unsigned = (['table', 'stream', 'hybrid'] as const).map((form) => samplePdf({ form, pages: 2 }));
  const signed = await Promise.all(unsigned.map((pdf) => signPdf(pdf, { key, signingTime })));
  const twice = await Promise.all(signed.map((pdf) => signPdf(pdf, { key, signingTime })));
  seeds = [...unsigned, ...signed, ...twice];
});

/** The bytes each signature of an untouched file covers: a mutated file may pass only if it still has them all. */
function coveredText(pdf: Buffer): string[] {
  const file = PdfFile.open(pdf);
  return formFields(file).map(({ value }) => {
    const [, before = 0, after = 0, rest = 0] = (file.array(file.dict(value)?.get('ByteRange')) ?? []).map(Number);
    return pdf.toString('latin1', 0, before) + pdf.toString('latin1', after, after + rest);
  });
}

it(`answers ${INPUTS} mutated files with a report or a coded refusal, soon, and passes none that was changed`, async () => {
  const covered = new Map(seeds.map((pdf) => [pdf, coveredText(pdf)]));
  const wrong: string[] = [];
  for (let input = 0; input < INPUTS; input++) {
    const dice = new Dice(input * 7919 + 1);
    const seed = seeds[dice.below(seeds.length)] ?? Buffer.alloc(0);
    let pdf = seed;
    for (let i = dice.below(3); i >= 0; i--) pdf = dice.pick(MUTATIONS)(pdf, dice);
    const start = performance.now();
    try {
      const report = await validatePdf(pdf, { trust, revocation: 'if-known' });
      if (report.indication === 'TOTAL-PASSED') {
        const now = coveredText(pdf);
        const known = covered.get(seed) ?? [];
        if (now.length === 0 || !now.every((text) => known.includes(text)))
          wrong.push(`${input}: passed though changed`);
      }
      await signPdf(pdf, { key, signingTime }).catch((error: unknown) => {
        if (!(error instanceof PadesError)) wrong.push(`${input}: signing ${String(error)}`);
      });
    } catch (error) {
      wrong.push(`${input}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    if (performance.now() - start > SLOWEST) wrong.push(`${input}: took ${Math.round(performance.now() - start)} ms`);
    if (wrong.length > 5) break;
  }
  expect(wrong).toEqual([]);
}, 3_600_000);
