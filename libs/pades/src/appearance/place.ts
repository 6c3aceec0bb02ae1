import { PadesError } from '../errors';
import { formFields } from '../form';
import { type PdfFile, PdfRef, type PdfValue } from '../syntax';
import { ancestorsOf, findPage, inherited, type Page, pageCount } from '../syntax/pages';
import { type Box, findText } from '../text/find-text';

/**
 * Where a look goes, on the page as a reader sees it, whatever its rotation and crop. Lengths are points (1/72 inch).
 * Pages count from 0, negative ones from the end.
 */
export type Place =
  /** Its top left corner, from the top left corner of the visible page. */
  | { readonly page: number; readonly left: number; readonly top: number }
  /** So far from the top right corner of the visible page. */
  | { readonly page: number; readonly right: number; readonly top: number }
  /** By a text of the document, centred `above` or `below` it at a distance; the last page that has it unless said. */
  | { readonly anchor: string; readonly side: 'above' | 'below'; readonly distance?: number; readonly page?: number }
  /** Over the left third of what a signature field shows, as a seal goes over a person's signature. */
  | { readonly overLeftOf: string };

export interface Placement {
  readonly page: Page;
  /** For the widget, in the page's own coordinates. */
  readonly rect: Box;
  /** Turns the look upright for the reader of a rotated page. */
  readonly matrix: readonly [number, number, number, number, number, number];
}

/** The visible part of a page and how it is turned, clockwise. */
interface View {
  readonly box: Box;
  readonly rotation: 0 | 90 | 180 | 270;
}

/** @throws PadesError 'anchor-not-found' when there is no such page, text or field */
export function placeOn(file: PdfFile, place: Place, width: number, height: number): Placement {
  const { page, corner } = cornerOf(file, place, width, height);
  const view = viewOf(file, page);
  return { page, rect: toPage(view, corner, width, height), matrix: UPRIGHT[view.rotation] };
}

const UPRIGHT: Readonly<Record<View['rotation'], Placement['matrix']>> = {
  0: [1, 0, 0, 1, 0, 0],
  90: [0, 1, -1, 0, 0, 0],
  180: [-1, 0, 0, -1, 0, 0],
  270: [0, -1, 1, 0, 0, 0],
};

interface Corner {
  readonly left: number;
  readonly top: number;
}

function cornerOf(file: PdfFile, place: Place, width: number, height: number): { page: Page; corner: Corner } {
  if ('anchor' in place) {
    const { page, box } = findAnchor(file, place.anchor, place.page);
    const seen = toView(viewOf(file, page), box);
    const distance = place.distance ?? 4;
    const left = (seen.left + seen.right - width) / 2;
    return {
      page,
      corner: { left, top: place.side === 'above' ? seen.top - distance - height : seen.bottom + distance },
    };
  }
  if ('overLeftOf' in place) {
    const { page, box } = fieldBox(file, place.overLeftOf);
    const seen = toView(viewOf(file, page), box);
    const left = seen.left + (seen.right - seen.left) / 3 - width;
    return { page, corner: { left, top: (seen.top + seen.bottom - height) / 2 } };
  }
  const page = findPage(file, place.page);
  if ('left' in place) return { page, corner: place };
  return { page, corner: { left: viewWidth(viewOf(file, page)) - place.right - width, top: place.top } };
}

function findAnchor(file: PdfFile, anchor: string, number: number | undefined): { page: Page; box: Box } {
  const pages = number === undefined ? Array.from({ length: pageCount(file) }, (_, i) => -1 - i) : [number];
  for (const candidate of pages) {
    const page = findPage(file, candidate);
    const box = findText(file, page, anchor);
    if (box) return { page, box };
  }
  throw new PadesError('anchor-not-found', `the text "${anchor}" is not in the document`);
}

function fieldBox(file: PdfFile, name: string): { page: Page; box: Box } {
  const field = formFields(file).find((one) => one.name === name);
  const widget = file.dict(field?.widgets[0]);
  const box = boxOf(file, widget?.get('Rect'));
  const ref = widget?.get('P');
  const dict = file.dict(ref);
  if (!box || !(ref instanceof PdfRef) || !dict)
    throw new PadesError('anchor-not-found', `no visible signature field "${name}"`);
  return { page: { ref, dict, ancestors: ancestorsOf(file, dict) }, box };
}

const A4: Box = [0, 0, 595.28, 841.89];

function viewOf(file: PdfFile, page: Page): View {
  const media = boxOf(file, inherited(file, page, 'MediaBox')) ?? A4;
  const crop = boxOf(file, inherited(file, page, 'CropBox')) ?? media;
  // What is visible is what lies in both (ISO 32000-2 §14.11.2.1).
  const box: Box = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ];
  const rotate = inherited(file, page, 'Rotate');
  const turned = typeof rotate === 'number' ? ((rotate % 360) + 360) % 360 : 0;
  return { box, rotation: turned === 90 || turned === 180 || turned === 270 ? turned : 0 };
}

function boxOf(file: PdfFile, value: PdfValue | undefined): Box | undefined {
  const items = file.array(value)?.map((item) => file.resolve(item));
  if (items?.length !== 4) return undefined;
  const [a, b, c, d] = items;
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number')
    return undefined;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

function viewWidth({ box, rotation }: View): number {
  return rotation === 90 || rotation === 270 ? box[3] - box[1] : box[2] - box[0];
}

/** From the reader's page (left and top from its top left corner) to the page's own coordinates. */
function toPage({ box: [x0, y0, x1, y1], rotation }: View, { left, top }: Corner, width: number, height: number): Box {
  switch (rotation) {
    case 0:
      return [x0 + left, y1 - top - height, x0 + left + width, y1 - top];
    case 90:
      return [x0 + top, y0 + left, x0 + top + height, y0 + left + width];
    case 180:
      return [x1 - left - width, y0 + top, x1 - left, y0 + top + height];
    case 270:
      return [x1 - top - height, y1 - left - width, x1 - top, y1 - left];
  }
}

interface Seen extends Corner {
  readonly right: number;
  readonly bottom: number;
}

/** The other way round. */
function toView({ box: [x0, y0, x1, y1], rotation }: View, [left, bottom, right, top]: Box): Seen {
  switch (rotation) {
    case 0:
      return { left: left - x0, right: right - x0, top: y1 - top, bottom: y1 - bottom };
    case 90:
      return { left: bottom - y0, right: top - y0, top: left - x0, bottom: right - x0 };
    case 180:
      return { left: x1 - right, right: x1 - left, top: bottom - y0, bottom: top - y0 };
    case 270:
      return { left: y1 - top, right: y1 - bottom, top: x1 - right, bottom: x1 - left };
  }
}
