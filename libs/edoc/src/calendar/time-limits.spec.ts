import type { CalendarDate } from '../vietnam-time';
import type { Urgency } from '../urgency';
import { acknowledgeBy, processBy, sendBy } from './time-limits';
import { WorkingCalendar } from './working-calendar';

const calendar = new WorkingCalendar();

/** Times are of Vietnam. */
const at = (time: string) => new Date(`${time.replace(' ', 'T')}+07:00`);

describe('sendBy', () => {
  it.each<[string, string, Urgency, string]>([
    ['a Monday', '2026-11-16', 'normal', '2026-11-17 12:00'],
    ['a Friday', '2026-11-20', 'normal', '2026-11-23 12:00'],
    ['a Sunday', '2026-11-22', 'normal', '2026-11-23 12:00'],
    ['the day before Tết', '2026-02-13', 'normal', '2026-02-23 12:00'],
    ['a day of Tết', '2026-02-18', 'normal', '2026-02-23 12:00'],
    ['the Friday before a Saturday worked', '2026-08-21', 'normal', '2026-08-22 12:00'],
    ['the last day of the year', '2026-12-31', 'normal', '2027-01-04 12:00'],
    ['a Monday, urgent', '2026-11-16', 'urgent', '2026-11-16 23:59:59.999'],
    ['a day of Tết, express', '2026-02-17', 'express', '2026-02-17 23:59:59.999'],
  ])('what is signed on %s (%s, %s) is sent by %s', (_, signed, urgency, by) => {
    expect(sendBy(signed as CalendarDate, urgency, calendar)).toEqual(at(by));
  });
});

describe('acknowledgeBy', () => {
  it.each<[string, string, string]>([
    ['in working hours', '2026-11-16 09:30', '2026-11-16 17:00'],
    ['before work', '2026-11-16 00:00', '2026-11-16 17:00'],
    ['in the last millisecond of the working day', '2026-11-16 16:59:59.999', '2026-11-16 17:00'],
    ['when work is over', '2026-11-16 17:00', '2026-11-17 17:00'],
    ['in the last second before midnight', '2026-11-16 23:59:59', '2026-11-17 17:00'],
    ['at midnight', '2026-11-17 00:00', '2026-11-17 17:00'],
    ['on Friday evening', '2026-11-20 18:00', '2026-11-23 17:00'],
    ['on Saturday', '2026-11-21 10:00', '2026-11-23 17:00'],
    ['on Sunday night', '2026-11-22 23:30', '2026-11-23 17:00'],
    ['on a Saturday that is worked', '2026-08-22 10:00', '2026-08-22 17:00'],
    ['on the evening of a Saturday that is worked', '2026-08-22 19:00', '2026-08-24 17:00'],
    ['on the evening before Tết', '2026-02-13 17:01', '2026-02-23 17:00'],
    ['on the first day of Tết', '2026-02-17 00:00', '2026-02-23 17:00'],
    ['on a day off in lieu', '2026-04-27 09:00', '2026-04-28 17:00'],
    ['on a day swapped with a Saturday', '2026-01-02 09:00', '2026-01-05 17:00'],
    ['on the last evening of the year', '2026-12-31 17:30', '2027-01-04 17:00'],
  ])('what comes %s (%s) is acknowledged by %s', (_, available, by) => {
    expect(acknowledgeBy(at(available), 'normal', calendar)).toEqual(at(by));
  });

  it.each<[Urgency, string, string]>([
    ['urgent', '2026-11-16 22:00', '2026-11-17 02:00'],
    ['very_urgent', '2026-02-17 23:30', '2026-02-18 01:30'],
    ['express', '2026-12-31 23:30', '2027-01-01 00:30'],
    ['scheduled_express', '2026-11-22 03:00', '2026-11-22 04:00'],
  ])('counts hours around the clock for what is %s: %s, by %s', (urgency, available, by) => {
    expect(acknowledgeBy(at(available), urgency, calendar)).toEqual(at(by));
  });
});

describe('processBy', () => {
  it('is the end of the day in Vietnam, a holiday too', () => {
    expect(processBy('2026-11-30' as CalendarDate)).toEqual(new Date('2026-11-30T16:59:59.999Z'));
    expect(processBy('2026-02-17' as CalendarDate)).toEqual(at('2026-02-17 23:59:59.999'));
  });

  it('is none where the sender set no day', () => {
    expect(processBy(undefined)).toBeUndefined();
  });
});
