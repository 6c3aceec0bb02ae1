import { calendarDate } from '@axis/edoc';

const STAMP = /^(\d{2})(\d{2})(\d{4})T(\d{2})(\d{2})(\d{2})([+-])(\d{4})$/;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const VIETNAM_MS = 7 * HOUR_MS;
const FARTHEST_ZONE_MS = 14 * HOUR_MS;

/**
 * Instants (Unix ms) that a timestamp `ddMMyyyy'T'HHmmss+SSSS` may mean; none when it is malformed or no such day exists.
 *
 * In the pattern the plus sign is a literal and SSSS are milliseconds, of whatever clock the client's machine keeps: Vietnam's,
 * or UTC as containers do. Others took SSSS for the offset of their zone.
 */
export function instantsOf(text: string): readonly number[] {
  const [, day, month, year, hour = '', minute = '', second = '', sign = '', digits = ''] = STAMP.exec(text) ?? [];
  const date = calendarDate(Number(year), Number(month), Number(day));
  if (!date || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return [];
  const local = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  const offset = Number(digits.slice(0, 2)) * HOUR_MS + Number(digits.slice(2)) * MINUTE_MS;
  const instants: number[] = [];
  if (sign === '+' && Number(digits) < 1000) {
    instants.push(local - VIETNAM_MS + Number(digits), local + Number(digits));
  }
  if (offset <= FARTHEST_ZONE_MS && Number(digits.slice(2)) < 60)
    instants.push(local - (sign === '+' ? offset : -offset));
  return instants;
}
