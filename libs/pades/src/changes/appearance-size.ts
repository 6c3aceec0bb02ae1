import { isArray, type PdfDict, type PdfFile, PdfRef, type PdfValue } from '../syntax';
import { type Page, inherited } from '../syntax/pages';

/**
 * A signer's image, a seal of real size and a stamp each fit into a quarter of an A4 page (NĐ 30/2020 Phụ lục I). A
 * signature whose look covers more than that may be there to replace what the page says.
 */
const LARGEST_SHARE = 0.25;
const MAX_ANCESTORS = 64;

/** Whether the widget's rectangle, outside of which its appearance cannot draw, is small beside its page. */
export function appearanceIsSmall(file: PdfFile, widget: PdfDict): boolean {
  const ref = widget.get('P');
  const dict = file.dict(ref);
  const rect = areaOf(file.array(widget.get('Rect')));
  if (!(ref instanceof PdfRef) || !dict || rect === undefined) return false;
  const page: Page = { ref, dict, ancestors: ancestorsOf(file, dict) };
  const box = areaOf(inherited(file, page, 'CropBox') ?? inherited(file, page, 'MediaBox'));
  return box !== undefined && rect <= box * LARGEST_SHARE;
}

function ancestorsOf(file: PdfFile, page: PdfDict): PdfDict[] {
  const ancestors: PdfDict[] = [];
  for (
    let node = file.dict(page.get('Parent'));
    node && ancestors.length < MAX_ANCESTORS;
    node = file.dict(node.get('Parent'))
  ) {
    ancestors.push(node);
  }
  return ancestors;
}

function areaOf(rect: PdfValue | undefined): number | undefined {
  if (!isArray(rect) || rect.length !== 4) return undefined;
  const [left, bottom, right, top] = rect;
  if (typeof left !== 'number' || typeof bottom !== 'number' || typeof right !== 'number' || typeof top !== 'number') {
    return undefined;
  }
  return Math.abs((right - left) * (top - bottom));
}
