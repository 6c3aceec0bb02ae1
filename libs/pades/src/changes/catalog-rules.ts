import { changedKeys, isArray, PdfDict, PdfRef, type PdfValue, sameValue } from '../syntax';
import type { Comparison } from './comparison';
import { sameMetadata } from './metadata';
import { containersOf, isSecurityStore } from './security-store';

/** Software that saves a file writes down the date and its own name. */
const INFO_KEYS = new Set(['ModDate', 'Producer']);

/** The trailer keeps its catalogue and its permanent identifier; the information dictionary its title and author. */
export function judgeTrailer(comparison: Comparison): void {
  const [old, now] = [comparison.before.trailer, comparison.after.trailer];
  if (!sameValue(old.get('Root'), now.get('Root'))) comparison.refuse('later-catalog', 'Root');
  const permanent = permanentId(old);
  if (permanent !== undefined && !sameValue(permanent, permanentId(now))) comparison.refuse('later-structure', 'ID');

  const [oldInfo, newInfo] = [old.get('Info'), now.get('Info')];
  const before = comparison.before.dict(oldInfo) ?? new PdfDict();
  const after = comparison.after.dict(newInfo) ?? new PdfDict();
  if (changedKeys(before, after).every((key) => INFO_KEYS.has(key))) comparison.explainEntry(oldInfo, newInfo);
  else comparison.refuse('later-catalog', 'Info');
}

function permanentId(trailer: PdfDict): PdfValue | undefined {
  const id = trailer.get('ID');
  return isArray(id) ? id[0] : undefined;
}

/** The catalogue may gain a security store and name extensions of PDF; its form has rules of its own. */
export function judgeCatalog(comparison: Comparison): void {
  const { before, after } = comparison;
  const [old, now] = [before.catalog, after.catalog];
  for (const key of changedKeys(old, now)) {
    if (key === 'AcroForm' || key === 'DSS' || key === 'Metadata') continue;
    if (key === 'Extensions') comparison.explainNew(now.get(key));
    else comparison.refuse('later-catalog', key);
  }
  comparison.explain(after.catalogRef);
  judgeMetadata(comparison, old.get('Metadata'), now.get('Metadata'));
  judgeSecurityStore(comparison, old.get('DSS'), now.get('DSS'));
}

function judgeMetadata(comparison: Comparison, old: PdfValue | undefined, now: PdfValue | undefined): void {
  const rewritten = now instanceof PdfRef && comparison.changed.has(now.number);
  if (sameValue(old, now) && !rewritten) return;
  // Named by a page as well, the same stream could be what the page draws.
  const owners = new Set([comparison.before.catalogRef.number]);
  if (sameMetadata(comparison, old, now)) comparison.explainOwnedEntry(old, now, owners);
  else comparison.refuse('later-catalog', 'Metadata');
}

/** The store's own dictionaries and arrays may be written again; its streams hold what was proven and may not. */
function judgeSecurityStore(comparison: Comparison, old: PdfValue | undefined, now: PdfValue | undefined): void {
  const { before, after, changed } = comparison;
  if (now === undefined) {
    if (old !== undefined) comparison.refuse('later-removal', 'DSS');
    return;
  }
  if (!isSecurityStore(after, now) || (old !== undefined && !isSecurityStore(before, old))) {
    comparison.refuse('later-catalog', 'DSS');
    return;
  }
  // Some software writes the whole store anew each time and leaves the one before behind.
  for (const { number, after: value } of changed.values()) {
    const ref = new PdfRef(number);
    if (value instanceof PdfDict && comparison.isNew(number) && isSecurityStore(after, ref)) comparison.explainNew(ref);
  }
  const own = containersOf(before, old);
  comparison.explainNew(now);
  for (const number of containersOf(after, now)) {
    if (own.has(number)) comparison.explain(new PdfRef(number));
    comparison.explainNew(changed.get(number)?.after);
  }
}
