import { isArray, type PdfDict, type PdfFile, PdfRef, type PdfValue } from '../syntax';
import { ancestorsOf, inherited, type Page } from '../syntax/pages';

/**
 * How much of its page a widget may draw on: the area of its rectangle, to which its appearance is fitted (ISO 32000-2
 * §12.5.5), beside that of the page. Infinite when either is not known.
 */
export function shareOfPage(file: PdfFile, widget: PdfDict): number {
  const rect = areaOf(file.array(widget.get('Rect')));
  if (rect === 0) return 0;
  const ref = widget.get('P');
  const dict = file.dict(ref);
  if (rect === undefined || !(ref instanceof PdfRef) || !dict) return Infinity;
  const page: Page = { ref, dict, ancestors: ancestorsOf(file, dict) };
  const box = areaOf(file.array(inherited(file, page, 'CropBox') ?? inherited(file, page, 'MediaBox')));
  return box ? rect / box : Infinity;
}

function areaOf(rect: PdfValue | undefined): number | undefined {
  if (!isArray(rect) || rect.length !== 4) return undefined;
  const [left, bottom, right, top] = rect;
  if (typeof left !== 'number' || typeof bottom !== 'number' || typeof right !== 'number' || typeof top !== 'number') {
    return undefined;
  }
  return Math.abs((right - left) * (top - bottom));
}
