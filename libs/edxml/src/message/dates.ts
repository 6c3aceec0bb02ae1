import { calendarDate, type CalendarDate, parseVietnamStamp } from '@axis/edoc';

export type ReadDate =
  | { readonly kind: 'date'; readonly date: CalendarDate; readonly standard: boolean }
  | { readonly kind: 'impossible' }
  /** Day and month could be either way round. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'malformed' };

/** The standard's `yyyy/MM/dd`; also year first with dashes, and day first when it cannot be read otherwise. */
export function readDate(text: string): ReadDate {
  const [, y1, m1, d1] = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[T ].*)?$/.exec(text) ?? [];
  if (d1 !== undefined) {
    const date = calendarDate(Number(y1), Number(m1), Number(d1));
    return date ? { kind: 'date', date, standard: /^\d{4}\/\d{2}\/\d{2}$/.test(text) } : { kind: 'impossible' };
  }
  const [, first, second, year] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text) ?? [];
  if (year === undefined) return { kind: 'malformed' };
  const dayFirst = calendarDate(Number(year), Number(second), Number(first));
  const monthFirst = calendarDate(Number(year), Number(first), Number(second));
  if (!dayFirst) return { kind: monthFirst ? 'ambiguous' : 'impossible' };
  return monthFirst && monthFirst !== dayFirst
    ? { kind: 'ambiguous' }
    : { kind: 'date', date: dayFirst, standard: false };
}

/** `yyyy/MM/dd HH:mm:ss` of Vietnam; also with dashes or as ISO 8601, told as not standard. */
export function readStamp(text: string): { readonly time: Date; readonly standard: boolean } | undefined {
  const standard = parseVietnamStamp(text);
  if (standard) return { time: standard, standard: true };
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = zoned
    ? new Date(text)
    : parseVietnamStamp(
        text
          .replaceAll('-', '/')
          .replace('T', ' ')
          .replace(/\.\d+$/, ''),
      );
  return time && !Number.isNaN(time.getTime()) ? { time, standard: false } : undefined;
}
