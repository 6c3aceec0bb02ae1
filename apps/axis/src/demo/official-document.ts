import { readFileSync } from 'node:fs';

import * as fontkit from '@cantoo/fontkit';
import {
  beginText,
  endText,
  moveText,
  PDFDocument,
  type PDFFont,
  type PDFName,
  type PDFPage,
  rgb,
  setFontAndSize,
  showText,
} from 'pdf-lib';

/** What an official document says. All texts are Vietnamese with full dấu; they are set as they are. */
export interface OfficialDocument {
  /** The issuing agency, and the one above it if its name is to stand first. */
  readonly agency: string;
  readonly parentAgency?: string;
  /** `7816` and `VPCP-TTĐT`. */
  readonly number: string;
  readonly notation: string;
  readonly place: string;
  /** The day it was issued, read in Vietnam time. */
  readonly date: Date;
  /** `Quyết định`, `Thông báo`, …; without it the document is a công văn. */
  readonly kind?: string;
  readonly subject: string;
  /** Whom a công văn addresses. */
  readonly addressees?: readonly string[];
  /** One string a paragraph. */
  readonly body: readonly string[];
  /** `KT. BỘ TRƯỞNG`, `TL. CHỦ TỊCH`, … */
  readonly authority?: string;
  readonly position: string;
  readonly signer: string;
  /** Who receives a copy; the archive is added at the end. */
  readonly recipients?: readonly string[];
}

const MM = 72 / 25.4;
const PAGE = { width: 210 * MM, height: 297 * MM };
/** NĐ 30/2020 Phụ lục I, mục I.3: trên và dưới 20-25 mm, trái 30-35 mm, phải 15-20 mm. */
const MARGIN = { top: 20 * MM, bottom: 20 * MM, left: 30 * MM, right: 20 * MM };
const WIDTH = PAGE.width - MARGIN.left - MARGIN.right;
/** The two heads stand side by side: the agency's on the left, the nation's on the right. */
const LEFT_HEAD = MARGIN.left + WIDTH * 0.21;
const RIGHT_HEAD = MARGIN.left + WIDTH * 0.715;
const BLACK = rgb(0, 0, 0);

type Face = 'regular' | 'bold' | 'italic' | 'boldItalic';

/** Tinos is metric-compatible with Times New Roman, the face that NĐ 30/2020 asks for, and holds all of Vietnamese. */
const FACES: Readonly<Record<Face, string>> = {
  regular: '400Regular/Tinos_400Regular.ttf',
  bold: '700Bold/Tinos_700Bold.ttf',
  italic: '400Regular_Italic/Tinos_400Regular_Italic.ttf',
  boldItalic: '700Bold_Italic/Tinos_700Bold_Italic.ttf',
};

/** Lays out an official document as NĐ 30/2020/NĐ-CP Phụ lục I demands, and leaves room for its signature and seal. */
export async function officialDocument(document: OfficialDocument): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.registerFontkit(fontkit);
  pdf.setTitle(document.subject);
  pdf.setAuthor(document.agency);
  pdf.setLanguage('vi-VN');
  const sheet = new Sheet(pdf, await embedFaces(pdf));
  drawHead(sheet, document);
  drawSubject(sheet, document);
  for (const paragraph of document.body) sheet.paragraph(paragraph);
  drawClose(sheet, document);
  return Buffer.from(await pdf.save({ useObjectStreams: false }));
}

async function embedFaces(pdf: PDFDocument): Promise<Record<Face, PDFFont>> {
  const embed = (face: Face): Promise<PDFFont> =>
    pdf.embedFont(readFileSync(require.resolve(`@expo-google-fonts/tinos/${FACES[face]}`)), { subset: true });
  return {
    regular: await embed('regular'),
    bold: await embed('bold'),
    italic: await embed('italic'),
    boldItalic: await embed('boldItalic'),
  };
}

/** Quốc hiệu, tiêu ngữ, tên cơ quan, số và ký hiệu, địa danh và thời gian (Phụ lục I, mục II.1-4). */
function drawHead(
  sheet: Sheet,
  { agency, parentAgency, number, notation, place, date, kind, subject }: OfficialDocument,
): void {
  const top = PAGE.height - MARGIN.top - 12;
  sheet.centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', RIGHT_HEAD, top, 'bold', 12);
  const motto = sheet.centred('Độc lập - Tự do - Hạnh phúc', RIGHT_HEAD, top - 16, 'bold', 13);
  sheet.line(RIGHT_HEAD, top - 20, motto);

  let y = top;
  if (parentAgency) {
    y = sheet.centredLines(parentAgency.toUpperCase(), LEFT_HEAD, y, 'regular', 12, WIDTH * 0.42);
  }
  y = sheet.centredLines(agency.toUpperCase(), LEFT_HEAD, y, 'bold', 12, WIDTH * 0.42);
  sheet.line(LEFT_HEAD, y + 9, 60);

  const row = Math.min(y - 8, top - 40);
  sheet.centred(`Số: ${number}/${notation}`, LEFT_HEAD, row, 'regular', 13);
  sheet.centred(`${place}, ${longDate(date)}`, RIGHT_HEAD, row, 'italic', 13);
  sheet.y = row - 20;
  if (!kind) sheet.y = sheet.centredLines(`V/v ${subject}`, LEFT_HEAD, row - 16, 'regular', 12, WIDTH * 0.4) - 10;
}

/** `ngày 05 tháng 02 năm 2026`: days below 10 and months 1 and 2 take a leading 0 (Phụ lục I, mục II.4.b). */
function longDate(date: Date): string {
  const [year = '', month = '', day = ''] = new Date(date.getTime() + 7 * 3_600_000)
    .toISOString()
    .slice(0, 10)
    .split('-');
  return `ngày ${day} tháng ${Number(month) <= 2 ? month : Number(month)} năm ${year}`;
}

function drawSubject(sheet: Sheet, { kind, subject, addressees = [] }: OfficialDocument): void {
  const centre = MARGIN.left + WIDTH / 2;
  if (kind) {
    sheet.y -= 14;
    sheet.centred(kind.toUpperCase(), centre, sheet.y, 'bold', 14);
    sheet.y = sheet.centredLines(subject, centre, sheet.y - 18, 'bold', 14, WIDTH * 0.8);
    sheet.line(centre, sheet.y + 11, 90);
    sheet.y -= 16;
    return;
  }
  sheet.y -= 8;
  const label = 'Kính gửi: ';
  const labelWidth = sheet.width(label, 'regular', 14);
  const [only] = addressees;
  if (addressees.length === 1 && only !== undefined) {
    sheet.centred(`${label}${only}`, centre, sheet.y, 'regular', 14);
    sheet.y -= 26;
    return;
  }
  const longest = Math.max(...addressees.map((addressee) => sheet.width(`- ${addressee};`, 'regular', 14)));
  const left = Math.max(MARGIN.left, Math.min(MARGIN.left + 28 * MM, PAGE.width - MARGIN.right - longest - labelWidth));
  sheet.text(label, left, sheet.y, 'regular', 14);
  for (const [i, addressee] of addressees.entries()) {
    const last = i === addressees.length - 1;
    sheet.y -= 18;
    sheet.text(`- ${addressee}${last ? '.' : ';'}`, left + labelWidth, sheet.y, 'regular', 14);
  }
  sheet.y -= 26;
}

/** Nơi nhận on the left; chức vụ, room for the signature, and họ tên on the right (Phụ lục I, mục II.7-9). */
function drawClose(sheet: Sheet, { authority, position, signer, recipients = [], notation }: OfficialDocument): void {
  const unit = notation.split('-').at(-1) ?? notation;
  const lines = [...recipients.map((recipient) => `- ${recipient};`), `- Lưu: VT, ${unit}.`];
  sheet.ensure(Math.max(150, 30 + lines.length * 13));
  const top = sheet.y - 10;
  let y = top;
  if (authority) {
    sheet.centred(authority.toUpperCase(), RIGHT_HEAD, y, 'bold', 13);
    y -= 16;
  }
  sheet.centred(position.toUpperCase(), RIGHT_HEAD, y, 'bold', 13);
  sheet.centred(signer, RIGHT_HEAD, top - 120, 'bold', 14);

  sheet.text('Nơi nhận:', MARGIN.left, top, 'boldItalic', 12);
  for (const [i, line] of lines.entries()) sheet.text(line, MARGIN.left, top - 14 - i * 13, 'regular', 11);
}

/** A pen over the pages: it knows where the next line goes and begins a page when one is full. */
class Sheet {
  y = PAGE.height - MARGIN.top;
  private page: PDFPage;
  /** The page's own names for the fonts it uses: `drawText` would make a new one each time. */
  private fontKeys = new Map<Face, PDFName>();

  constructor(
    private readonly pdf: PDFDocument,
    private readonly fonts: Readonly<Record<Face, PDFFont>>,
  ) {
    this.page = pdf.addPage([PAGE.width, PAGE.height]);
  }

  width(text: string, face: Face, size: number): number {
    return this.fonts[face].widthOfTextAtSize(text, size);
  }

  text(text: string, x: number, y: number, face: Face, size: number): void {
    const font = this.fonts[face];
    const key = this.fontKeys.get(face) ?? this.page.node.newFontDictionary(font.name, font.ref);
    this.fontKeys.set(face, key);
    const encoded = font.encodeText(text.normalize('NFC'));
    this.page.pushOperators(beginText(), setFontAndSize(key, size), moveText(x, y), showText(encoded), endText());
  }

  /** Answers the text's width, for the rule that goes below it. */
  centred(text: string, centre: number, y: number, face: Face, size: number): number {
    const width = this.width(text, face, size);
    this.text(text, centre - width / 2, y, face, size);
    return width;
  }

  /** Lines of about equal length, as names and subjects are set; answers the base line after the last one. */
  centredLines(text: string, centre: number, y: number, face: Face, size: number, width: number): number {
    let lines = this.wrap(text, face, size, width, width);
    for (let narrower = width - 10; narrower > width / 2; narrower -= 10) {
      const tried = this.wrap(text, face, size, narrower, narrower);
      if (tried.length > lines.length) break;
      lines = tried;
    }
    for (const [i, line] of lines.entries()) this.centred(line.join(' '), centre, y - i * (size + 3), face, size);
    return y - lines.length * (size + 3);
  }

  line(centre: number, y: number, width: number): void {
    this.page.drawLine({
      start: { x: centre - width / 2, y },
      end: { x: centre + width / 2, y },
      thickness: 0.8,
      color: BLACK,
    });
  }

  /** Begins a new page when less than this height is left; pages after the first carry their number on top, centred. */
  ensure(height: number): void {
    if (this.y - height >= MARGIN.bottom) return;
    this.page = this.pdf.addPage([PAGE.width, PAGE.height]);
    this.fontKeys = new Map();
    this.centred(String(this.pdf.getPageCount()), PAGE.width / 2, PAGE.height - MARGIN.top + 14, 'regular', 13);
    this.y = PAGE.height - MARGIN.top - 10;
  }

  /** Size 14, justified, first line in by 1.27 cm, 6 pt between paragraphs (Phụ lục I, mục II.6). */
  paragraph(text: string): void {
    const size = 14;
    const indent = 12.7 * MM;
    const lines = this.wrap(text, 'regular', size, WIDTH - indent, WIDTH);
    for (const [i, words] of lines.entries()) {
      this.ensure(4);
      this.justified(words, i === 0 ? indent : 0, size, i === lines.length - 1);
      this.y -= 20;
    }
    this.y -= 6;
  }

  private justified(words: readonly string[], indent: number, size: number, last: boolean): void {
    const natural = this.width(' ', 'regular', size);
    const used = words.reduce((sum, word) => sum + this.width(word, 'regular', size), 0);
    const gap = last || words.length < 2 ? natural : (WIDTH - indent - used) / (words.length - 1);
    let x = MARGIN.left + indent;
    for (const word of words) {
      this.text(word, x, this.y, 'regular', size);
      x += this.width(word, 'regular', size) + gap;
    }
  }

  private wrap(text: string, face: Face, size: number, firstWidth: number, width: number): string[][] {
    const lines: string[][] = [];
    let line: string[] = [];
    for (const word of text.normalize('NFC').split(/\s+/)) {
      const room = lines.length === 0 ? firstWidth : width;
      if (line.length > 0 && this.width([...line, word].join(' '), face, size) > room) {
        lines.push(line);
        line = [];
      }
      line.push(word);
    }
    lines.push(line);
    return lines;
  }
}
