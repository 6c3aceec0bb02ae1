import { type RawObjects, rawStream, writeRawPdf, type XrefForm } from './raw-pdf';

export interface SamplePdf {
  readonly form?: XrefForm;
  readonly pages?: number;
  /** Pads the first page's content with this many bytes that do not compress. */
  readonly padding?: number;
  /** More objects, or others in place of the sample's own (1 catalogue, 2 page tree, 3 first page, 4 its content, 5 font). */
  readonly objects?: RawObjects;
  readonly trailer?: string;
}

/** Where the objects of the sample are. */
export const SAMPLE = { catalog: 1, pages: 2, firstPage: 3, firstContent: 4, font: 5, info: 6 } as const;

/** A small, correct file: so many A4 pages, each saying its number, in a font of its own. */
export function samplePdf({
  form = 'table',
  pages = 1,
  padding = 0,
  objects = {},
  trailer = '',
}: SamplePdf = {}): Buffer {
  const all: Record<number, string | Buffer> = {
    [SAMPLE.catalog]: '<</Type /Catalog /Pages 2 0 R>>',
    [SAMPLE.font]: '<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>>',
    [SAMPLE.info]: '<</Title (Sample) /Author (Axis)>>',
  };
  const kids: number[] = [];
  for (let i = 0; i < pages; i++) {
    const number = i === 0 ? SAMPLE.firstPage : 5 + 2 * i;
    const content = i === 0 ? SAMPLE.firstContent : number + 1;
    kids.push(number);
    all[number] =
      `<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R /Resources <</Font <</F1 5 0 R>>>>>>`;
    all[content] = rawStream(
      '',
      `BT /F1 24 Tf 72 720 Td (Page ${i + 1}) Tj ET\n${i === 0 && padding > 0 ? `% ${noise(padding)}\n` : ''}`,
    );
  }
  all[SAMPLE.pages] = `<</Type /Pages /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] /Count ${pages}>>`;
  return writeRawPdf({ ...all, ...objects }, `/Root 1 0 R /Info 6 0 R /ID [<00112233> <00112233>] ${trailer}`, form);
}

/** Letters without a pattern, the same each time. */
function noise(length: number): string {
  let state = 12345;
  let text = '';
  for (let i = 0; i < length; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    text += String.fromCharCode(97 + ((state >> 16) % 26));
  }
  return text;
}
