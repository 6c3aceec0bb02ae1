import { changedKeys, PdfDict, PdfRef, type PdfValue, sameValue } from '../syntax';
import type { Comparison } from './comparison';

/** A page may change only in that it lists the widgets of new signatures after its own annotations. */
export function judgePages(comparison: Comparison): void {
  const pages = new Set<number>();
  for (const { number, before } of comparison.changed.values()) {
    if (before instanceof PdfDict && before.name('Type') === 'Page') pages.add(number);
  }
  for (const number of comparison.newFields) {
    const page = comparison.after.dict(new PdfRef(number))?.get('P');
    if (page instanceof PdfRef) pages.add(page.number);
  }
  for (const number of pages) judgePage(comparison, new PdfRef(number));
}

function judgePage(comparison: Comparison, ref: PdfRef): void {
  const { before, after, newFields } = comparison;
  const [old, now] = [before.dict(ref), after.dict(ref)];
  if (old?.name('Type') !== 'Page' || !now || changedKeys(old, now).some((key) => key !== 'Annots')) {
    comparison.refuse('later-page', `object ${ref.number}`);
    return;
  }
  const [oldList, newList] = [before.array(old.get('Annots')) ?? [], after.array(now.get('Annots')) ?? []];
  const kept = oldList.every((annotation, i) => sameValue(annotation, newList[i]));
  const added = newList.slice(oldList.length);
  // How much of the page a new widget may cover was judged by the page that it names.
  const belongs = (item: PdfValue): boolean =>
    item instanceof PdfRef && newFields.has(item.number) && sameValue(after.dict(item)?.get('P') ?? ref, ref);
  if (!kept || !added.every(belongs)) {
    comparison.refuse('later-annotation', `object ${ref.number}`);
    return;
  }
  comparison.explain(ref);
  comparison.explainEntry(old.get('Annots'), now.get('Annots'));
}
