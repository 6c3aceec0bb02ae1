import { randomBytes } from 'node:crypto';
import { PDFDocument, type PDFFont, type PDFPage, StandardFonts } from 'pdf-lib';

const A4 = [595, 842] as const;
const LINE = 'Van ban dien tu duoc ky so va gui qua Truc lien thong van ban quoc gia; khong gui kem ban giay.';
const LINES_A_PAGE = 40;
/** Where each copy's own number stands, in the open, so that a copy is made by overwriting ten digits. */
const MARK = 'So 0000000000';

/** An unsigned PDF of which distinct copies of the same size are made at no cost. */
export interface DraftPdf {
  readonly size: number;
  /** The draft with another number on its first page: other bytes, other content, same layout. */
  copy(serial: number): Buffer;
}

/**
 * Pages of text, and on the first one a picture that does not compress, as a scan, which fills the file up to `bytes`.
 * A file with nothing but its text is about 3 KB for two pages.
 */
export async function draftPdf(bytes: number, pages: number): Promise<DraftPdf> {
  const bare = await drawn(pages, 0);
  const filled = bare.length < bytes ? await drawn(pages, bytes - bare.length) : bare;
  const at = filled.indexOf(MARK, 0, 'latin1') + 'So '.length;
  return {
    size: filled.length,
    copy: (serial) => {
      const copy = Buffer.from(filled);
      copy.write(String(serial).padStart(10, '0'), at, 'latin1');
      return copy;
    },
  };
}

async function drawn(pages: number, filling: number): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.TimesRoman);
  for (let number = 1; number <= pages; number += 1) {
    const page = pdf.addPage([...A4]);
    page.setFont(font);
    for (let line = 0; line < LINES_A_PAGE; line += 1) {
      page.drawText(`${number}.${line + 1}. ${LINE}`, { x: 60, y: 780 - 18 * line, size: 11 });
    }
    if (number > 1) continue;
    mark(pdf, page, font);
    if (filling > 0) fill(pdf, page, filling);
  }
  return Buffer.from(await pdf.save({ useObjectStreams: false }));
}

function mark({ context }: PDFDocument, page: PDFPage, font: PDFFont): void {
  const face = page.node.newFontDictionary('Mark', font.ref);
  const shown = context.stream(`BT ${face.toString()} 11 Tf 60 805 Td (${MARK}) Tj ET`);
  page.node.addContentStream(context.register(shown));
}

function fill({ context }: PDFDocument, page: PDFPage, bytes: number): void {
  const picture = context.stream(randomBytes(bytes), {
    Type: 'XObject',
    Subtype: 'Image',
    Width: bytes,
    Height: 1,
    ColorSpace: 'DeviceGray',
    BitsPerComponent: 8,
  });
  page.node.newXObject('Scan', context.register(picture));
}
