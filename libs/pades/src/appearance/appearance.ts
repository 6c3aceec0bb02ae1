import { type Increment, isArray, PdfDict, type PdfFile, PdfName, PdfRef, PdfStream, type PdfValue } from '../syntax';
import { findPage, inherited } from '../syntax/pages';
import type { WidgetLook } from '../sign/field';
import { pageContent } from '../text/content';
import { drawImage, drawLines, type Sheet } from './draw';
import { drawingOf, type SignatureLook } from './look';
import { placeOn } from './place';

/** A look drawn and measured, to be written into the file once that is open for signing. */
export interface DrawnLook {
  write(increment: Increment): WidgetLook;
}

/** @throws PadesError 'bad-image'; and 'anchor-not-found' when it is written */
export async function drawLook(look: SignatureLook, signingTime: Date): Promise<DrawnLook> {
  const drawing = drawingOf(look, signingTime);
  const image = drawing.image && (await drawImage(drawing.image));
  const text = drawing.lines.length > 0 ? await drawLines(drawing) : undefined;
  return {
    write: (increment) => {
      const sheets = [image, text].filter((sheet) => sheet !== undefined);
      const width = image?.width ?? text?.width ?? 0;
      const height = image?.height ?? text?.height ?? 0;
      // A caption hangs below the image that it belongs to, and does not move it.
      const below = image && text ? text.height : 0;
      const whole = Math.max(...sheets.map((sheet) => sheet.width));
      const placed = placeOn(increment.file, drawing.place, width, height);
      const rect = widen(placed.rect, placed.matrix, (whole - width) / 2, below);
      const appearance = compose(increment, sheets, whole, height + below, placed.matrix);
      return { page: placed.page, rect, appearance };
    },
  };
}

type Rect = readonly [number, number, number, number];

/** Adds `sides` to the left and right and `below` at the bottom of what the reader sees. */
function widen([left, bottom, right, top]: Rect, [a, b]: readonly number[], sides: number, below: number): Rect {
  if (a === 1) return [left - sides, bottom - below, right + sides, top];
  if (a === -1) return [left - sides, bottom, right + sides, top + below];
  return b === 1
    ? [left, bottom - sides, right + below, top + sides]
    : [left - below, bottom - sides, right, top + sides];
}

/** One form that draws the sheets below one another, each in the middle. */
function compose(
  increment: Increment,
  sheets: readonly Sheet[],
  width: number,
  height: number,
  matrix: readonly number[],
): PdfRef {
  const forms: Record<string, PdfValue> = {};
  let content = '';
  let top = height;
  for (const [i, sheet] of sheets.entries()) {
    const name = `Sheet${i}`;
    const page = findPage(sheet.file, 0);
    const box = sheet.file.array(inherited(sheet.file, page, 'MediaBox')) ?? [];
    const [, , drawnWidth, drawnHeight] = box.map(Number);
    top -= sheet.height;
    const [x, sx, sy] = [(width - sheet.width) / 2, sheet.width / (drawnWidth ?? 1), sheet.height / (drawnHeight ?? 1)];
    content += `q ${sx.toFixed(5)} 0 0 ${sy.toFixed(5)} ${x.toFixed(3)} ${top.toFixed(3)} cm /${name} Do Q\n`;
    forms[name] = importPage(increment, sheet.file);
  }
  const dict = PdfDict.of({
    Type: new PdfName('XObject'),
    Subtype: new PdfName('Form'),
    BBox: [0, 0, width, height],
    Matrix: matrix,
    Resources: PdfDict.of({ XObject: PdfDict.of(forms) }),
  });
  return increment.add(new PdfStream(dict, Buffer.from(content, 'latin1')));
}

/** The only page of another file, as a form of this one, with all that it uses. */
function importPage(increment: Increment, source: PdfFile): PdfRef {
  const page = findPage(source, 0);
  const copied = new Map<number, PdfRef>();
  const copy = (value: PdfValue): PdfValue => {
    if (value instanceof PdfRef) {
      const known = copied.get(value.number);
      if (known) return known;
      const ref = increment.reserve();
      copied.set(value.number, ref);
      increment.set(ref, copy(source.object(value)));
      return ref;
    }
    if (value instanceof PdfStream) return new PdfStream(copyDict(value.dict), value.raw);
    if (value instanceof PdfDict) return copyDict(value);
    return isArray(value) ? value.map(copy) : value;
  };
  const copyDict = (dict: PdfDict): PdfDict =>
    new PdfDict(new Map([...dict.entries].map(([key, value]) => [key, copy(value)])));
  const form = PdfDict.of({
    Type: new PdfName('XObject'),
    Subtype: new PdfName('Form'),
    BBox: source.array(inherited(source, page, 'MediaBox')) ?? [],
    Resources: copy(inherited(source, page, 'Resources') ?? new PdfDict()),
  });
  return increment.add(new PdfStream(form, pageContent(source, page.dict)));
}
