import type { Permissions } from '../permissions';
import { isArray, PdfDict, type PdfFile, PdfRef, PdfStream, type PdfValue, sameValue } from '../syntax';
import { type Reason, type OwnReasonCode, reason } from '../validate/reasons';
import type { ChangedObject } from './changed-objects';
import { referrersOf } from './hidden-references';

/**
 * Two states of a file and the objects that differ. The rules beside this file tick off, one by one, the objects that
 * something permitted explains; what is left is forbidden.
 */
export class Comparison {
  /** Fields of signatures made later; their widgets may be added to pages. */
  readonly newFields = new Set<number>();
  private readonly explained = new Set<number>();
  private readonly found: Reason[] = [];

  constructor(
    readonly before: PdfFile,
    readonly after: PdfFile,
    readonly changed: ReadonlyMap<number, ChangedObject>,
    readonly permissions: Permissions,
  ) {}

  /** Why the changes are forbidden, once every rule has had its say; empty when all are permitted. */
  reasons(): readonly Reason[] {
    for (const { number, after } of this.changed.values()) {
      if (this.explained.has(number)) continue;
      this.refuse(after === undefined ? 'later-removal' : 'later-object', `object ${number}`);
    }
    return this.found;
  }

  /** Objects that did not exist when the document was signed. */
  addedNumbers(): ReadonlySet<number> {
    return new Set([...this.changed.values()].filter(({ before }) => before === undefined).map(({ number }) => number));
  }

  refuse(code: OwnReasonCode, detail?: string): void {
    this.refuseFor(reason(code, detail));
  }

  refuseFor(why: Reason): void {
    if (!this.found.some(({ code }) => code === why.code)) this.found.push(why);
  }

  isNew(number: number): boolean {
    const object = this.changed.get(number);
    return object !== undefined && object.before === undefined;
  }

  /** Marks an object that existed and may change in the way its caller has checked. */
  explain(ref: PdfRef): void {
    this.explained.add(ref.number);
  }

  /**
   * Marks what an entry refers to, `old` before and `now` after. An entry that names another object than before may name
   * a new one, but not one that had a meaning of its own.
   */
  explainEntry(old: PdfValue | undefined, now: PdfValue | undefined): void {
    if (now instanceof PdfRef && (sameValue(old, now) || this.isNew(now.number))) this.explain(now);
  }

  /**
   * As `explainEntry`, for an object that means something wherever it is named: written again in place, it must have been
   * named by its `owners` alone, or a page that shares it would change with it.
   */
  explainOwnedEntry(old: PdfValue | undefined, now: PdfValue | undefined, owners: ReadonlySet<number>): void {
    if (now instanceof PdfRef && this.changed.get(now.number)?.before !== undefined) {
      const others = [...referrersOf(this.before, new Set([now.number]))].filter((number) => !owners.has(number));
      if (others.length > 0) return;
    }
    this.explainEntry(old, now);
  }

  /** Marks everything new that a permitted new object brings with it; what existed before is not touched. */
  explainNew(value: PdfValue | undefined): void {
    const waiting: PdfValue[] = value === undefined ? [] : [value];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next instanceof PdfRef) {
        if (!this.isNew(next.number) || this.explained.has(next.number)) continue;
        this.explained.add(next.number);
        waiting.push(this.changed.get(next.number)?.after ?? null);
      } else if (next instanceof PdfStream) waiting.push(next.dict);
      else if (next instanceof PdfDict) waiting.push(...next.entries.values());
      else if (isArray(next)) for (const item of next) waiting.push(item);
    }
  }
}
