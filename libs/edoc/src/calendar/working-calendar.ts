import { type CalendarDate, daysAfter, vietnamTime } from '../vietnam-time';
import type { HolidayYear } from './holidays';
import { FIXED_HOLIDAYS, VIETNAM_HOLIDAYS } from './vietnam-holidays';

/** Working hours of agencies, Vietnam time. */
export const WORKING_HOURS = { from: '08:00', noon: '12:00', to: '17:00' } as const;

/**
 * Which days agencies work: Monday to Friday but for holidays, and the Saturdays swapped with one. Of a year that nothing is
 * known of, weekends and holidays of a fixed date are off.
 */
export class WorkingCalendar {
  private readonly years: ReadonlyMap<number, HolidayYear>;

  /** @param more years that replace those built in, or come after them */
  constructor(more: readonly HolidayYear[] = []) {
    this.years = new Map([...VIETNAM_HOLIDAYS, ...more].map((one) => [one.year, one]));
  }

  /** The years whose days off are known; those computed ahead of the notice are provisional. */
  get known(): readonly Pick<HolidayYear, 'year' | 'provisional'>[] {
    return [...this.years.values()].sort((a, b) => a.year - b.year);
  }

  isWorkingDay(date: CalendarDate): boolean {
    const year = this.years.get(Number(date.slice(0, 4)));
    if (year?.workingSaturdays.includes(date)) return true;
    return !isWeekend(date) && this.holiday(date) === undefined;
  }

  /** What a day is off for; undefined for a working day, and for a weekend that is nothing more. */
  holiday(date: CalendarDate): string | undefined {
    const year = this.years.get(Number(date.slice(0, 4)));
    return year ? year.daysOff[date] : FIXED_HOLIDAYS[date.slice(5)];
  }

  /** The working day so many after a day, which need not be one itself; with 0 that day, or the next one worked. */
  addWorkingDays(date: CalendarDate, count: number): CalendarDate {
    if (!Number.isInteger(count) || count < 0) throw new RangeError(`not a number of days to add: ${count}`);
    let day = count === 0 ? date : daysAfter(date, 1);
    for (let left = Math.max(count, 1); ; day = daysAfter(day, 1)) {
      if (this.isWorkingDay(day) && --left === 0) return day;
    }
  }
}

/** When the working day ends. */
export function endOfWorkingDay(date: CalendarDate): Date {
  return vietnamTime(date, WORKING_HOURS.to);
}

function isWeekend(date: CalendarDate): boolean {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 || day === 6;
}
