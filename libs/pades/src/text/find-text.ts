import { isArray, PdfDict, type PdfFile, PdfName, PdfStream, PdfString, type PdfValue } from '../syntax';
import { inherited, type Page } from '../syntax/pages';
import { operations, pageContent, decodeContent } from './content';
import { type TextFont, textFont } from './font';

/** Left, bottom, right, top, in the page's own coordinates. */
export type Box = readonly [number, number, number, number];

type Matrix = readonly [number, number, number, number, number, number];

interface Glyph {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly endX: number;
  readonly endY: number;
  readonly size: number;
}

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const MAX_FORM_DEPTH = 8;
const MAX_GLYPHS = 500_000;
/** How far letters rise above and fall below the base line, as parts of the font size. */
const ASCENT = 0.75;
const DESCENT = 0.25;

/** Where a text stands on a page; the last place when there are several. Spaces and how accents are encoded do not matter. */
export function findText(file: PdfFile, page: Page, wanted: string): Box | undefined {
  const reader = new TextReader(file);
  const resources = inherited(file, page, 'Resources');
  reader.run(pageContent(file, page.dict), resources instanceof PdfDict ? resources : new PdfDict(), IDENTITY, 0);
  return locate(reader.glyphs, normalize(wanted));
}

function normalize(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, '');
}

function locate(glyphs: readonly Glyph[], wanted: string): Box | undefined {
  if (wanted === '') return undefined;
  const letters: { readonly char: string; readonly glyph: Glyph }[] = [];
  for (const glyph of glyphs) for (const char of normalize(glyph.text)) letters.push({ char, glyph });
  const text = letters.map(({ char }) => char).join('');
  const at = text.lastIndexOf(wanted);
  if (at < 0) return undefined;
  const found = letters.filter((_, i) => inRange(text, letters, i, at, at + wanted.length)).map(({ glyph }) => glyph);
  const corners = found.flatMap(cornersOf);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Characters outside the basic plane take two places in a string. */
function inRange(
  text: string,
  letters: readonly { readonly char: string }[],
  index: number,
  from: number,
  to: number,
): boolean {
  if (text.length === letters.length) return index >= from && index < to;
  const place = letters.slice(0, index).reduce((sum, { char }) => sum + char.length, 0);
  return place >= from && place < to;
}

function cornersOf({ x, y, endX, endY, size }: Glyph): [number, number][] {
  const length = Math.hypot(endX - x, endY - y) || 1;
  const [ux, uy] = [-(endY - y) / length, (endX - x) / length];
  const corner = (px: number, py: number, rise: number): [number, number] => [
    px + ux * size * rise,
    py + uy * size * rise,
  ];
  return [corner(x, y, -DESCENT), corner(endX, endY, -DESCENT), corner(x, y, ASCENT), corner(endX, endY, ASCENT)];
}

function times(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[1] * b[2],
    a[0] * b[1] + a[1] * b[3],
    a[2] * b[0] + a[3] * b[2],
    a[2] * b[1] + a[3] * b[3],
    a[4] * b[0] + a[5] * b[2] + b[4],
    a[4] * b[1] + a[5] * b[3] + b[5],
  ];
}

function matrixOf(values: readonly (PdfValue | undefined)[]): Matrix | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  const [a, b, c, d, e, f] = numbers;
  return numbers.length === 6 ? [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f ?? 0] : undefined;
}

interface State {
  readonly matrix: Matrix;
  readonly font: TextFont | undefined;
  readonly size: number;
  readonly characterSpacing: number;
  readonly wordSpacing: number;
  readonly scale: number;
  readonly leading: number;
  readonly rise: number;
}

/** Follows the text operators (ISO 32000-2 §9.4) and keeps what was shown, and where. */
class TextReader {
  readonly glyphs: Glyph[] = [];
  private readonly fonts = new Map<PdfValue, TextFont>();
  private state: State = initialState(IDENTITY);
  private text: Matrix = IDENTITY;
  private line: Matrix = IDENTITY;

  constructor(private readonly file: PdfFile) {}

  run(content: Buffer, resources: PdfDict, matrix: Matrix, depth: number): void {
    const outer = this.state;
    this.state = initialState(matrix);
    const stack: State[] = [];
    for (const { operator, operands } of operations(content)) {
      if (this.glyphs.length > MAX_GLYPHS) return;
      if (operator === 'q') stack.push(this.state);
      else if (operator === 'Q') this.state = stack.pop() ?? this.state;
      else if (operator === 'Do') this.form(operands[0], resources, depth);
      else if (operator === 'Tf') this.setFont(operands, resources);
      else this.apply(operator, operands);
    }
    this.state = outer;
  }

  private set(changes: Partial<State>): void {
    this.state = { ...this.state, ...changes };
  }

  private apply(operator: string, operands: readonly PdfValue[]): void {
    const number = (i: number): number => (typeof operands[i] === 'number' ? operands[i] : 0);
    switch (operator) {
      case 'cm': {
        this.set({ matrix: times(matrixOf(operands) ?? IDENTITY, this.state.matrix) });
        return;
      }
      case 'BT':
        this.text = this.line = IDENTITY;
        return;
      case 'Tm':
        this.text = this.line = matrixOf(operands) ?? IDENTITY;
        return;
      case 'Tc': {
        this.set({ characterSpacing: number(0) });
        return;
      }
      case 'Tw': {
        this.set({ wordSpacing: number(0) });
        return;
      }
      case 'Tz': {
        this.set({ scale: number(0) / 100 });
        return;
      }
      case 'TL': {
        this.set({ leading: number(0) });
        return;
      }
      case 'Ts': {
        this.set({ rise: number(0) });
        return;
      }
      case 'TD':
        this.set({ leading: -number(1) });
        {
          this.move(number(0), number(1));
          return;
        }
      case 'Td': {
        this.move(number(0), number(1));
        return;
      }
      case 'T*': {
        this.move(0, -this.state.leading);
        return;
      }
      case 'Tj':
      case 'TJ': {
        this.show(operands[0]);
        return;
      }
      case "'":
        this.move(0, -this.state.leading);
        {
          this.show(operands[0]);
          return;
        }
      case '"':
        this.set({ wordSpacing: number(0), characterSpacing: number(1) });
        this.move(0, -this.state.leading);
        {
          this.show(operands[2]);
          return;
        }
      default:
        return;
    }
  }

  private move(x: number, y: number): void {
    this.text = this.line = times([1, 0, 0, 1, x, y], this.line);
  }

  private setFont([name, size]: readonly PdfValue[], resources: PdfDict): void {
    const dict =
      name instanceof PdfName ? this.file.dict(this.file.dict(resources.get('Font'))?.get(name.value)) : undefined;
    const font = dict && (this.fonts.get(dict) ?? textFont(this.file, dict));
    if (dict && font) this.fonts.set(dict, font);
    this.set({ font, size: typeof size === 'number' ? size : 0 });
  }

  private show(value: PdfValue | undefined): void {
    for (const item of isArray(value) ? value : [value]) {
      if (typeof item === 'number') this.advance((-item / 1000) * this.state.size * this.state.scale);
      else if (item instanceof PdfString) this.showString(item.bytes);
    }
  }

  private showString(bytes: Buffer): void {
    const { font, size, characterSpacing, wordSpacing, scale, rise, matrix } = this.state;
    for (const { text, advance, isSpace } of font?.read(bytes) ?? []) {
      const from = times([1, 0, 0, 1, 0, rise], times(this.text, matrix));
      this.advance(((advance / 1000) * size + characterSpacing + (isSpace ? wordSpacing : 0)) * scale);
      const to = times([1, 0, 0, 1, 0, rise], times(this.text, matrix));
      const shown = size * Math.hypot(from[2], from[3]);
      this.glyphs.push({ text, x: from[4], y: from[5], endX: to[4], endY: to[5], size: shown });
    }
  }

  private advance(x: number): void {
    this.text = times([1, 0, 0, 1, x, 0], this.text);
  }

  private form(name: PdfValue | undefined, resources: PdfDict, depth: number): void {
    if (!(name instanceof PdfName) || depth >= MAX_FORM_DEPTH) return;
    const form = this.file.resolve(this.file.dict(resources.get('XObject'))?.get(name.value));
    if (!(form instanceof PdfStream) || form.dict.name('Subtype') !== 'Form') return;
    const own = matrixOf(this.file.array(form.dict.get('Matrix')) ?? []) ?? IDENTITY;
    const inner = this.file.dict(form.dict.get('Resources')) ?? resources;
    this.run(decodeContent(this.file, form), inner, times(own, this.state.matrix), depth + 1);
  }
}

function initialState(matrix: Matrix): State {
  return { matrix, font: undefined, size: 0, characterSpacing: 0, wordSpacing: 0, scale: 1, leading: 0, rise: 0 };
}
