import { PadesError } from '../errors';
import type { Permissions } from '../permissions';
import type { PdfFile } from '../syntax';
import type { Reason } from '../validate/reasons';
import { reason } from '../validate/reasons';
import { judgeCatalog, judgeTrailer } from './catalog-rules';
import { changedObjects, laterSections } from './changed-objects';
import { Comparison } from './comparison';
import { judgeForm } from './field-rules';
import { refersTo } from './hidden-references';
import { isWellLaidOut } from './layout';
import { judgePages } from './page-rules';

/** What was done to a file after a signature. */
export interface LaterChanges {
  readonly verdict: 'none' | 'allowed' | 'forbidden';
  readonly reasons: readonly Reason[];
}

const forbidden = (...reasons: Reason[]): LaterChanges => ({ verdict: 'forbidden', reasons });

/**
 * Compares the file as signed (`before`) with the file as it is (`after`). Every object that differs must be explained
 * by one of the few things that may follow a signature: another signature, a document security store, a document
 * timestamp, or form filling where the certification allows it. Whatever is left unexplained is forbidden.
 */
export function laterChanges(before: PdfFile, after: PdfFile, permissions: Permissions): LaterChanges {
  if (before.bytes.length === after.bytes.length) return { verdict: 'none', reasons: [] };
  const later = laterSections(before, after);
  if (!later) return forbidden(reason('later-structure'));
  if (later.length === 0) return { verdict: 'none', reasons: [] };
  try {
    if (later.some(({ offset }) => offset < before.bytes.length)) return forbidden(reason('later-structure'));
    if (after.size < before.size || !isWellLaidOut(after, before.bytes.length, later)) {
      return forbidden(reason('later-structure'));
    }
    const comparison = new Comparison(before, after, changedObjects(before, after, later), permissions);
    judgeTrailer(comparison);
    judgeCatalog(comparison);
    judgeForm(comparison);
    judgePages(comparison);
    const reasons = comparison.reasons();
    if (reasons.length > 0) return forbidden(...reasons);
    if (refersTo(before, comparison.addedNumbers())) return forbidden(reason('later-hidden-reference'));
    return { verdict: 'allowed', reasons: [] };
  } catch (error) {
    if (error instanceof PadesError) return forbidden(reason('later-structure', error.message));
    throw error;
  }
}
