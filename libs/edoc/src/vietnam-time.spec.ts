import {
  calendarDate,
  isAfterToday,
  parseCalendarDate,
  parseVietnamStamp,
  vietnamDate,
  vietnamStamp,
  type CalendarDate,
} from './vietnam-time';

describe('Vietnam time', () => {
  it('is seven hours ahead: the day turns at 17:00 UTC', () => {
    expect(vietnamDate(new Date('2026-11-21T16:59:59.999Z'))).toBe('2026-11-21');
    expect(vietnamDate(new Date('2026-11-21T17:00:00.000Z'))).toBe('2026-11-22');
  });

  it('knows which days exist', () => {
    expect(calendarDate(2024, 2, 29)).toBe('2024-02-29');
    expect(calendarDate(2025, 2, 29)).toBeUndefined();
    expect(calendarDate(2014, 2, 30)).toBeUndefined();
    expect(calendarDate(2014, 13, 1)).toBeUndefined();
    expect(calendarDate(2014, 4, 0)).toBeUndefined();
    expect(calendarDate(0, 1, 1)).toBeUndefined();
    expect(calendarDate(99, 1, 1)).toBe('0099-01-01');
  });

  it('reads dates written year first only', () => {
    expect(parseCalendarDate('2026-11-21')).toBe('2026-11-21');
    for (const text of ['2026-11-31', '21-11-2026', '2026/11/21', '2026-11-21T00:00:00Z', ''])
      expect(parseCalendarDate(text)).toBeUndefined();
  });

  it('writes and reads stamps without losing the instant', () => {
    const at = new Date('2026-12-31T17:00:01Z');
    expect(vietnamStamp(at)).toBe('2027/01/01 00:00:01');
    expect(parseVietnamStamp('2027/01/01 00:00:01')).toEqual(at);
  });

  it.each(['2026/02/30 10:00:00', '2026/02/01 24:00:00', '2026/02/01 10:60:00', '2026/02/01', ''])(
    'reads no stamp in %j',
    (text) => {
      expect(parseVietnamStamp(text)).toBeUndefined();
    },
  );

  it('decides by the Vietnamese day what lies in the future', () => {
    const eveningInUtc = new Date('2026-11-21T17:30:00Z');
    expect(isAfterToday('2026-11-22' as CalendarDate, eveningInUtc)).toBe(false);
    expect(isAfterToday('2026-11-23' as CalendarDate, eveningInUtc)).toBe(true);
  });
});
