import { type CalendarDate, daysAfter } from '../vietnam-time';
import { VIETNAM_HOLIDAYS } from './vietnam-holidays';
import { endOfWorkingDay, WorkingCalendar } from './working-calendar';

const calendar = new WorkingCalendar();
const day = (text: string) => text as CalendarDate;

const weekday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay();

/** Working days from one day to another, both included. */
function worked(from: string, to: string): string[] {
  const days: string[] = [];
  for (let date = day(from); date <= day(to); date = daysAfter(date, 1))
    if (calendar.isWorkingDay(date)) days.push(date);
  return days;
}

describe('the holidays built in', () => {
  it.each(VIETNAM_HOLIDAYS)('of $year lie in it, and every Saturday worked is one', ({ year, ...one }) => {
    for (const date of [...Object.keys(one.daysOff), ...one.workingSaturdays])
      expect(date.slice(0, 4)).toBe(String(year));
    for (const date of one.workingSaturdays) expect(weekday(date)).toBe(6);
    expect(Object.keys(one.daysOff)).toEqual(Object.keys(one.daysOff).sort());
  });

  it.each(VIETNAM_HOLIDAYS)('of $year give eleven days off, Ngày Văn hóa apart (Bộ luật Lao động Điều 112)', (one) => {
    const isWorkday = (date: string) => weekday(date) > 0 && weekday(date) < 6;
    const off = Object.keys(one.daysOff).filter((date) => isWorkday(date) && !date.endsWith('11-24'));
    expect(off.length - one.workingSaturdays.length).toBe(11);
  });

  it('are one year after another', () => {
    expect(VIETNAM_HOLIDAYS.map(({ year }) => year)).toEqual([2024, 2025, 2026, 2027]);
  });
});

describe('working days', () => {
  it.each([
    ['Tết Giáp Thìn', '2024-02-07', '2024-02-15'],
    ['30/4 and 1/5 of 2024', '2024-04-26', '2024-05-02'],
    ['Quốc khánh 2024', '2024-08-30', '2024-09-04'],
    ['Tết Ất Tỵ', '2025-01-24', '2025-02-03'],
    ['Giỗ Tổ 2025', '2025-04-04', '2025-04-08'],
    ['30/4 and 1/5 of 2025', '2025-04-29', '2025-05-05'],
    ['Quốc khánh 2025', '2025-08-29', '2025-09-03'],
    ['Tết Dương lịch 2026', '2025-12-31', '2026-01-05'],
    ['Tết Bính Ngọ', '2026-02-13', '2026-02-23'],
    ['Giỗ Tổ 2026, on a Sunday', '2026-04-24', '2026-04-28'],
    ['30/4 and 1/5 of 2026', '2026-04-29', '2026-05-04'],
    ['Quốc khánh 2026', '2026-08-28', '2026-09-03'],
    ['Tết Đinh Mùi', '2027-02-03', '2027-02-11'],
    ['1/5 of 2027, on a Saturday', '2027-04-29', '2027-05-04'],
  ])('pause for %s', (_, last, next) => {
    expect(worked(last, next)).toEqual([last, next]);
    expect(calendar.addWorkingDays(day(last), 1)).toBe(next);
  });

  it.each(['2024-05-04', '2025-04-26', '2026-01-10', '2026-08-22'])('are worked on the Saturday %s', (date) => {
    expect(calendar.isWorkingDay(day(date))).toBe(true);
    expect(calendar.addWorkingDays(daysAfter(day(date), -1), 1)).toBe(date);
  });

  it.each([
    ['a working day', '2026-11-23', 0, '2026-11-23'],
    ['a working day', '2026-11-23', 1, '2026-11-25'],
    ['a Saturday', '2026-11-21', 0, '2026-11-23'],
    ['a Saturday', '2026-11-21', 1, '2026-11-23'],
    ['a Saturday', '2026-11-21', 2, '2026-11-25'],
    ['the day before Tết', '2026-02-13', 3, '2026-02-25'],
    ['the middle of Tết', '2026-02-17', 1, '2026-02-23'],
    ['a Friday before a Saturday worked', '2026-08-21', 1, '2026-08-22'],
    ['the last of a year', '2025-12-31', 1, '2026-01-05'],
    ['a leap day', '2028-02-28', 1, '2028-02-29'],
  ])('are counted from %s, %s: %i more is %s', (_, from, count, to) => {
    expect(calendar.addWorkingDays(day(from), count)).toBe(to);
  });

  it.each([-1, 1.5, NaN])('are not counted %d times', (count) => {
    expect(() => calendar.addWorkingDays(day('2026-11-23'), count)).toThrow(RangeError);
  });

  it('of a year nothing is known of pause at weekends and fixed holidays', () => {
    expect(worked('2031-04-28', '2031-05-05')).toEqual(['2031-04-28', '2031-04-29', '2031-05-02', '2031-05-05']);
    expect(calendar.holiday(day('2031-09-02'))).toBe('Quốc khánh');
    expect(calendar.isWorkingDay(day('2031-01-23'))).toBe(true);
  });

  it('end at 17:00 in Vietnam', () => {
    expect(endOfWorkingDay(day('2026-11-23'))).toEqual(new Date('2026-11-23T10:00:00Z'));
  });

  it('follow the notice of a year that was computed', () => {
    const notice = {
      year: 2027,
      provisional: false,
      source: '',
      daysOff: { '2027-03-01': 'Nghỉ' },
      workingSaturdays: [],
    };
    const told = new WorkingCalendar([notice]);
    expect([told.isWorkingDay(day('2027-03-01')), told.isWorkingDay(day('2027-02-08'))]).toEqual([false, true]);
    expect(told.isWorkingDay(day('2026-02-17'))).toBe(false);
    expect(told.known.map(({ year, provisional }) => (provisional ? -year : year))).toEqual([2024, 2025, 2026, 2027]);
    expect(calendar.known.at(-1)).toMatchObject({ year: 2027, provisional: true });
  });
});
