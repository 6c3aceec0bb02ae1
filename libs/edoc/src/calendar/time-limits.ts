import type { DeliveryState } from '../delivery-state';
import type { OverdueStep } from '../events';
import type { Urgency } from '../urgency';
import { type CalendarDate, vietnamDate, vietnamTime } from '../vietnam-time';
import { endOfWorkingDay, WORKING_HOURS, type WorkingCalendar } from './working-calendar';

/**
 * The states in which a delivery still owes a step. Acknowledged is what the receiver's software has taken (its sender is told
 * so); processed is what is completed or needs no work any more.
 */
export const STATES_OWING: Readonly<Record<OverdueStep, readonly DeliveryState[]>> = {
  acknowledge: ['available'],
  process: ['available', 'handed_over', 'arrived', 'accepted', 'assigned', 'processing'],
};

export const OVERDUE_STEPS = Object.keys(STATES_OWING) as readonly OverdueStep[];

/**
 * Hours in which an urgent document is acknowledged, counted around the clock. The law says "ngay" (at once) and gives no
 * figure (QĐ 28/2018/QĐ-TTg Điều 6; NĐ 30/2020/NĐ-CP Điều 18, 21): these are our rule.
 */
export const URGENT_HOURS: Readonly<Record<Exclude<Urgency, 'normal'>, number>> = {
  urgent: 4,
  very_urgent: 2,
  express: 1,
  scheduled_express: 1,
};

const HOUR_MS = 3_600_000;

/** The last instant of a day in Vietnam: shown, it still reads as that day. */
const endOfDay = (date: CalendarDate): Date => vietnamTime(date, '23:59:59.999');

/**
 * By when a document is to be sent: on the day it is signed, at the latest on the morning of the next working day (QĐ 28/2018
 * Điều 6; NĐ 30/2020 Điều 18.1). An urgent one at once; only its day is known, so by the end of that.
 */
export function sendBy(promulgatedOn: CalendarDate, urgency: Urgency, calendar: WorkingCalendar): Date {
  if (urgency !== 'normal') return endOfDay(promulgatedOn);
  return vietnamTime(calendar.addWorkingDays(promulgatedOn, 1), WORKING_HOURS.noon);
}

/**
 * By when a receiver is to acknowledge what became available to it: within the working day; what comes after working hours,
 * within the next one (NĐ 30/2020 Điều 21.2). An urgent document within hours, at night and on holidays too.
 */
export function acknowledgeBy(availableAt: Date, urgency: Urgency, calendar: WorkingCalendar): Date {
  if (urgency !== 'normal') return new Date(availableAt.getTime() + URGENT_HOURS[urgency] * HOUR_MS);
  const today = vietnamDate(availableAt);
  const inTime = calendar.isWorkingDay(today) && availableAt < endOfWorkingDay(today);
  return endOfWorkingDay(inTime ? today : calendar.addWorkingDays(today, 1));
}

/** By when the document is to be dealt with: the end of the day its sender set (hạn xử lý); undefined when it set none. */
export function processBy(dueOn: CalendarDate | undefined): Date | undefined {
  return dueOn && endOfDay(dueOn);
}
