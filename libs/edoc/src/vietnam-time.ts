import type { Branded } from './branded';

/** A day of the calendar that exists, `YYYY-MM-DD`. Compares as text. */
export type CalendarDate = Branded<string, 'CalendarDate'>;

/** Vietnam keeps UTC+7 the whole year. */
const OFFSET_MS = 7 * 3_600_000;

/** undefined for a day that no calendar has, such as 30 February. */
export function calendarDate(year: number, month: number, day: number): CalendarDate | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && year >= 1 && year <= 9999 ? (date.toISOString().slice(0, 10) as CalendarDate) : undefined;
}

/** Reads `YYYY-MM-DD`. */
export function parseCalendarDate(text: string): CalendarDate | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return day === undefined ? undefined : calendarDate(Number(year), Number(month), Number(day));
}

/** The day it is in Vietnam at an instant. */
export function vietnamDate(at: Date): CalendarDate {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 10) as CalendarDate;
}

/** The day so many days after another, or before it. */
export function daysAfter(date: CalendarDate, days: number): CalendarDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10) as CalendarDate;
}

/** The instant at which it is so late (`HH:mm`, or with seconds) on a day in Vietnam. */
export function vietnamTime(date: CalendarDate, time: string): Date {
  return new Date(`${date}T${time}+07:00`);
}

/** `yyyy/MM/dd HH:mm:ss` in Vietnam, as edXML writes its stamps. */
export function vietnamStamp(at: Date): string {
  const local = new Date(at.getTime() + OFFSET_MS).toISOString();
  return `${local.slice(0, 10).replaceAll('-', '/')} ${local.slice(11, 19)}`;
}

/** Reads `yyyy/MM/dd HH:mm:ss` of Vietnam; undefined when malformed or impossible. */
export function parseVietnamStamp(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2})$/.exec(text) ?? [];
  if (second === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = calendarDate(Number(year), Number(month), Number(day));
  return date && new Date(`${date}T${String(hour)}:${String(minute)}:${second}+07:00`);
}

export function isAfterToday(date: CalendarDate, now: Date): boolean {
  return date > vietnamDate(now);
}
