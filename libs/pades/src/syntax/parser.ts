import { damaged, PadesError } from '../errors';
import { PdfDict, PdfName, PdfRef, PdfString, type PdfValue } from './values';

/** Objects nested deeper than this in one another are refused: no producer needs it, and a hostile file must not exhaust the stack. */
const MAX_DEPTH = 100;

const REGULAR = 0;
const WHITE = 1;
const DELIMITER = 2;
/** ISO 32000-2 §7.2.3: every byte is white-space, a delimiter, or a regular character. */
const CLASS = new Uint8Array(256);
for (const code of [0, 9, 10, 12, 13, 32]) CLASS[code] = WHITE;
for (const char of '()<>[]{}/%') CLASS[char.charCodeAt(0)] = DELIMITER;

const LF = 10;
const CR = 13;
const HASH = 0x23;
const PERCENT = 0x25;
const PAREN_OPEN = 0x28;
const PAREN_CLOSE = 0x29;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const NINE = 0x39;
const LESS = 0x3c;
const GREATER = 0x3e;
const BRACKET_OPEN = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_CLOSE = 0x5d;
const CAPITAL_R = 0x52;

/** `undefined` (the end of the input) counts as white-space, so tokens end there. */
function classOf(code: number | undefined): number {
  return code === undefined ? WHITE : (CLASS[code] ?? REGULAR);
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** Reads PDF objects at a position, by the letter of ISO 32000-2 §7.3: what a viewer would repair is an error here. */
export class Parser {
  constructor(
    readonly bytes: Buffer,
    public position = 0,
    private depth = 0,
  ) {}

  skipWhite(): void {
    const { bytes } = this;
    for (;;) {
      const code = bytes[this.position];
      if (code === undefined) return;
      if (CLASS[code] === WHITE) this.position++;
      else if (code === PERCENT) this.skipLine();
      else return;
    }
  }

  private skipLine(): void {
    let code = this.bytes[this.position];
    while (code !== undefined && code !== LF && code !== CR) code = this.bytes[++this.position];
  }

  /** Takes this keyword if it is the next whole token. */
  take(keyword: string): boolean {
    const { bytes, position } = this;
    for (let i = 0; i < keyword.length; i++) if (bytes[position + i] !== keyword.charCodeAt(i)) return false;
    if (classOf(bytes[position + keyword.length]) === REGULAR) return false;
    this.position += keyword.length;
    return true;
  }

  expect(keyword: string): void {
    if (!this.take(keyword)) throw damaged(`"${keyword}" expected`, this.position);
  }

  /** A non-negative integer token, or undefined with the position unchanged. */
  takeInteger(): number | undefined {
    const { bytes } = this;
    const start = this.position;
    let at = start;
    let value = 0;
    for (let code = bytes[at]; code !== undefined && code >= ZERO && code <= NINE; code = bytes[++at])
      value = value * 10 + code - ZERO;
    if (at === start || at - start > 15 || classOf(bytes[at]) === REGULAR) return undefined;
    this.position = at;
    return value;
  }

  integer(what: string): number {
    const value = this.takeInteger();
    if (value === undefined) throw damaged(`${what} expected`, this.position);
    return value;
  }

  value(): PdfValue {
    this.skipWhite();
    const code = this.bytes[this.position];
    switch (code) {
      case undefined:
        throw damaged('the file ends inside an object', this.position);
      case SLASH:
        return new PdfName(this.name());
      case PAREN_OPEN:
        return this.literalString();
      case LESS:
        return this.bytes[this.position + 1] === LESS ? this.dict() : this.hexString();
      case BRACKET_OPEN:
        return this.array();
      default:
        if ((code >= ZERO && code <= NINE) || code === PLUS || code === MINUS || code === DOT)
          return this.numberOrRef();
        if (this.take('true')) return true;
        if (this.take('false')) return false;
        if (this.take('null')) return null;
        throw damaged('not a PDF object', this.position);
    }
  }

  dict(): PdfDict {
    const start = this.position;
    this.enter();
    this.position += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipWhite();
      const code = this.bytes[this.position];
      if (code === GREATER && this.bytes[this.position + 1] === GREATER) break;
      if (code !== SLASH) throw damaged('a dictionary key expected', this.position);
      const key = this.name();
      if (entries.has(key)) throw damaged(`a dictionary has two /${key}`, start);
      entries.set(key, this.value());
    }
    this.position += 2;
    this.depth--;
    return new PdfDict(entries);
  }

  private enter(): void {
    if (++this.depth > MAX_DEPTH) throw new PadesError('too-complex', `objects are nested more than ${MAX_DEPTH} deep`);
  }

  private array(): PdfValue[] {
    this.enter();
    this.position++;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipWhite();
      if (this.bytes[this.position] === BRACKET_CLOSE) break;
      items.push(this.value());
    }
    this.position++;
    this.depth--;
    return items;
  }

  private name(): string {
    const { bytes } = this;
    const start = ++this.position;
    let escaped = false;
    for (let code = bytes[this.position]; classOf(code) === REGULAR; code = bytes[++this.position])
      if (code === HASH) escaped = true;
    const text = bytes.toString('latin1', start, this.position);
    return escaped
      ? text.replace(/#([0-9A-Fa-f]{2})/g, (_: string, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      : text;
  }

  private numberOrRef(): number | PdfRef {
    const number = this.takeInteger();
    if (number === undefined) return this.real();
    const after = this.position;
    this.skipWhite();
    const generation = this.takeInteger();
    if (generation !== undefined) {
      this.skipWhite();
      if (this.bytes[this.position] === CAPITAL_R && classOf(this.bytes[this.position + 1]) !== REGULAR) {
        this.position++;
        return new PdfRef(number, generation);
      }
    }
    this.position = after;
    return number;
  }

  private real(): number {
    const start = this.position;
    while (classOf(this.bytes[this.position]) === REGULAR) this.position++;
    const text = this.bytes.toString('latin1', start, Math.min(this.position, start + 64));
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw damaged('a malformed number', start);
    return Number(text);
  }

  private hexString(): PdfString {
    const { bytes } = this;
    const start = this.position;
    const close = bytes.indexOf(GREATER, start);
    if (close < 0) throw damaged('a hexadecimal string without its end', start);
    this.position = close + 1;
    // Buffer's own decoder is an order of magnitude faster on a signature's Contents, but stops at the first oddity.
    const digits = close - start - 1;
    const decoded = Buffer.from(bytes.toString('latin1', start + 1, close), 'hex');
    if (digits % 2 === 0 && decoded.length * 2 === digits) return new PdfString(decoded, true, start, close + 1);
    return new PdfString(this.unevenHex(start + 1, close), true, start, close + 1);
  }

  /** White-space between digits is ignored, and a missing last digit is 0 (ISO 32000-2 §7.3.4.3). */
  private unevenHex(start: number, end: number): Buffer {
    const digits: number[] = [];
    for (let at = start; at < end; at++) {
      const code = this.bytes[at];
      if (classOf(code) === WHITE) continue;
      const digit = hexDigit(code);
      if (digit < 0) throw damaged('a hexadecimal string with another character', at);
      digits.push(digit);
    }
    if (digits.length % 2 === 1) digits.push(0);
    const out = Buffer.alloc(digits.length / 2);
    for (let i = 0; i < out.length; i++) out[i] = ((digits[2 * i] ?? 0) << 4) | (digits[2 * i + 1] ?? 0);
    return out;
  }

  private literalString(): PdfString {
    const { bytes } = this;
    const start = this.position;
    const out: number[] = [];
    let open = 1;
    for (let at = start + 1; ; at++) {
      let code = bytes[at];
      if (code === undefined) throw damaged('a string without its end', start);
      if (code === BACKSLASH) {
        at = this.escape(at + 1, out);
        continue;
      }
      if (code === PAREN_OPEN) open++;
      else if (code === PAREN_CLOSE && --open === 0) {
        this.position = at + 1;
        return new PdfString(Buffer.from(out), false, start, this.position);
      }
      if (code === CR) {
        if (bytes[at + 1] === LF) at++;
        code = LF;
      }
      out.push(code);
    }
  }

  /** Reads what follows a backslash at `at`; answers the position of its last byte. */
  private escape(at: number, out: number[]): number {
    const { bytes } = this;
    const code = bytes[at];
    if (code === undefined) return at;
    if (code === LF) return at;
    if (code === CR) return bytes[at + 1] === LF ? at + 1 : at;
    if (code < ZERO || code > 0x37) {
      out.push(ESCAPES[String.fromCharCode(code)] ?? code);
      return at;
    }
    let value = 0;
    let last = at;
    for (let i = 0; i < 3; i++) {
      const digit = bytes[at + i];
      if (digit === undefined || digit < ZERO || digit > 0x37) break;
      value = value * 8 + digit - ZERO;
      last = at + i;
    }
    out.push(value & 0xff);
    return last;
  }
}
