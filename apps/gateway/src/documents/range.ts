import { refusal } from '@axis/edoc';

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A single byte range of RFC 9110 §14.1.2. Undefined, so the whole is sent, where there is none, or one that may be
 * ignored: another unit, several ranges, or malformed.
 * @throws Refusal `range.unsatisfiable`
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw refusal('range.unsatisfiable', { size });
  return { start, end };
}
