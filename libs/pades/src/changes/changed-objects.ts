import { PadesError } from '../errors';
import { type PdfFile, PdfRef, PdfStream, type PdfValue, sameValue, type XrefEntry, type XrefSection } from '../syntax';

/** A signature, a security store or a filled form writes a handful of objects. */
const MAX_CHANGES = 20_000;

/** An object that a later revision wrote again, added or removed. */
export interface ChangedObject {
  readonly number: number;
  readonly before: PdfValue | undefined;
  readonly after: PdfValue | undefined;
}

/** The cross-reference sections written after `before`; undefined when `after` does not descend from it. */
export function laterSections(before: PdfFile, after: PdfFile): readonly XrefSection[] | undefined {
  const base = after.sections.findIndex((section) => section.offset === before.sections[0]?.offset);
  return base < 0 ? undefined : after.sections.slice(0, base);
}

/**
 * The objects that differ between two states of a file, found from what the later cross-references list alone, so the
 * cost is that of the changes and not of the document. An object written again with the same value is no change.
 */
export function changedObjects(
  before: PdfFile,
  after: PdfFile,
  later: readonly XrefSection[],
): Map<number, ChangedObject> {
  const changed = new Map<number, ChangedObject>();
  const seen = new Set<number>();
  for (const section of later) {
    for (const number of section.numbers()) {
      if (seen.has(number)) continue;
      if (seen.size >= MAX_CHANGES) throw new PadesError('too-complex', 'too many objects were written later');
      seen.add(number);
      const [old, now] = [inUse(before.entry(number)), inUse(after.entry(number))];
      if (sameEntry(old, now)) continue;
      const object = { number, before: valueOf(before, number, old), after: valueOf(after, number, now) };
      const unchanged = old && now && generationOf(old) === generationOf(now) && sameValue(object.before, object.after);
      if (!unchanged && !isContainer(object)) changed.set(number, object);
    }
  }
  return changed;
}

type InUse = Exclude<XrefEntry, { kind: 'free' }>;

function inUse(entry: XrefEntry | undefined): InUse | undefined {
  return entry?.kind === 'free' ? undefined : entry;
}

function generationOf(entry: InUse): number {
  return entry.kind === 'plain' ? entry.generation : 0;
}

function sameEntry(a: InUse | undefined, b: InUse | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'plain') return b.kind === 'plain' && a.offset === b.offset && a.generation === b.generation;
  return b.kind === 'packed' && a.stream === b.stream && a.index === b.index;
}

function valueOf(file: PdfFile, number: number, entry: InUse | undefined): PdfValue | undefined {
  return entry && file.object(new PdfRef(number, generationOf(entry)));
}

/** The cross-reference and object streams of a new revision are its form, not its content. */
function isContainer({ before, after }: ChangedObject): boolean {
  const type = after instanceof PdfStream ? after.dict.name('Type') : undefined;
  return before === undefined && (type === 'XRef' || type === 'ObjStm');
}
