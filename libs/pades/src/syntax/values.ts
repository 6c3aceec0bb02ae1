/** The object types of ISO 32000-2 §7.3. Arrays, numbers, booleans and null are JavaScript's own. */
export type PdfValue = null | boolean | number | PdfName | PdfString | PdfRef | PdfDict | PdfStream | PdfArray;
export type PdfArray = readonly PdfValue[];

export class PdfName {
  constructor(readonly value: string) {}
}

/** `start` and `end` are where the token lay in its source, delimiters included: a signature's gap must be exactly that. */
export class PdfString {
  constructor(
    readonly bytes: Buffer,
    readonly hex = false,
    readonly start = -1,
    readonly end = -1,
  ) {}
}

export class PdfRef {
  constructor(
    readonly number: number,
    readonly generation = 0,
  ) {}
}

/** Keys are unique: the reader refuses a dictionary that names one twice, because viewers differ on which one counts. */
export class PdfDict {
  constructor(readonly entries: ReadonlyMap<string, PdfValue> = new Map()) {}

  static of(entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
    const map = new Map<string, PdfValue>();
    for (const [key, value] of Object.entries(entries)) if (value !== undefined) map.set(key, value);
    return new PdfDict(map);
  }

  /** The entry as written: a reference stays a reference. A null entry is an absent one (ISO 32000-2 §7.3.7). */
  get(key: string): PdfValue | undefined {
    return this.entries.get(key) ?? undefined;
  }

  name(key: string): string | undefined {
    const value = this.entries.get(key);
    return value instanceof PdfName ? value.value : undefined;
  }

  /** A copy with some entries set; `undefined` removes one. */
  with(changes: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
    const map = new Map(this.entries);
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) map.delete(key);
      else map.set(key, value);
    }
    return new PdfDict(map);
  }
}

/** `raw` is the data as stored, before any filter. */
export class PdfStream {
  constructor(
    readonly dict: PdfDict,
    readonly raw: Buffer,
  ) {}
}

export function isArray(value: PdfValue | undefined): value is PdfArray {
  return Array.isArray(value);
}

/** Equal as written: references are compared by number, not by what they point at. */
export function sameValue(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a === null || b === null) return (a ?? null) === (b ?? null);
  if (a instanceof PdfName) return b instanceof PdfName && a.value === b.value;
  if (a instanceof PdfString) return b instanceof PdfString && a.bytes.equals(b.bytes);
  if (a instanceof PdfRef) return b instanceof PdfRef && a.number === b.number && a.generation === b.generation;
  if (a instanceof PdfDict) return b instanceof PdfDict && changedKeys(a, b).length === 0;
  if (a instanceof PdfStream) return b instanceof PdfStream && sameValue(a.dict, b.dict) && a.raw.equals(b.raw);
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  return false;
}

/** The keys whose entries differ, in either direction. */
export function changedKeys(before: PdfDict, after: PdfDict): string[] {
  const keys = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...keys].filter((key) => !sameValue(before.get(key), after.get(key)));
}
