import { isArray, PdfDict, type PdfFile, PdfRef, PdfStream, type PdfValue } from '../syntax';

/**
 * Whether the signed revision already refers to one of the objects that were added after it. Such a reference meant
 * nothing when the document was signed and means something now: a shadow attack by a gap left on purpose.
 *
 * The bytes are searched for the numbers first, at the speed of memory; only a hit costs a reading of every object.
 */
export function refersTo(signed: PdfFile, numbers: ReadonlySet<number>): boolean {
  if (numbers.size === 0) return false;
  const sources = [signed.bytes, ...signed.objectStreamData()];
  const suspected = new Set([...numbers].filter((number) => sources.some((bytes) => mayMention(bytes, number))));
  return suspected.size > 0 && anyObjectRefersTo(signed, suspected);
}

const BLANKS = '(?:[\\0\\t\\n\\f\\r ]|%[^\\r\\n]*[\\r\\n])+';
const REST_OF_REFERENCE = new RegExp(`^${BLANKS}\\d+${BLANKS}R`);
/** Longer than any reference without comments; with one that is longer, the number counts as mentioned. */
const WINDOW = 64;

function mayMention(bytes: Buffer, number: number): boolean {
  const digits = String(number);
  for (let at = bytes.indexOf(digits, 0, 'latin1'); at >= 0; at = bytes.indexOf(digits, at + 1, 'latin1')) {
    const before = bytes[at - 1] ?? 0;
    if (before >= 0x31 && before <= 0x39) continue;
    const next = bytes[at + digits.length];
    if (next === undefined || (next > 0x20 && next !== 0x25)) continue;
    const rest = bytes.toString('latin1', at + digits.length, at + digits.length + WINDOW);
    if (REST_OF_REFERENCE.test(rest) || rest.includes('%')) return true;
  }
  return false;
}

function anyObjectRefersTo(file: PdfFile, numbers: ReadonlySet<number>): boolean {
  return referrersOf(file, numbers).size > 0 || file.sections.some(({ trailer }) => mentions(trailer, numbers));
}

/** The numbers of all objects that refer to one of these; reads the whole file. */
export function referrersOf(file: PdfFile, numbers: ReadonlySet<number>): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [number, entry] of file.allEntries()) {
    const value = file.object(new PdfRef(number, entry.kind === 'plain' ? entry.generation : 0));
    if (mentions(value, numbers)) found.add(number);
  }
  return found;
}

function mentions(value: PdfValue, numbers: ReadonlySet<number>): boolean {
  if (value instanceof PdfRef) return numbers.has(value.number);
  if (value instanceof PdfStream) return mentions(value.dict, numbers);
  if (value instanceof PdfDict) {
    for (const entry of value.entries.values()) if (mentions(entry, numbers)) return true;
    return false;
  }
  return isArray(value) && value.some((item) => mentions(item, numbers));
}
