import { calendarDate, parseCalendarDate } from '../vietnam-time';

/** What is known of one year's days off. Days are `yyyy-MM-dd`. */
export interface HolidayYear {
  readonly year: number;
  /** Computed ahead of the official notice, and to be replaced by it. */
  readonly provisional: boolean;
  /** The notices it follows. */
  readonly source: string;
  /** Each day off that a calendar would not tell, and why. */
  readonly daysOff: Readonly<Record<string, string>>;
  /** Days of a weekend that are worked in exchange. */
  readonly workingSaturdays: readonly string[];
}

/** The text of a holidays file is not what it should be; the message says where. */
export class HolidaysFormatError extends Error {
  override readonly name = 'HolidaysFormatError';
}

/**
 * Reads a holidays file: a JSON array of `HolidayYear`. In the order of the years.
 * @throws HolidaysFormatError
 */
export function parseHolidays(json: string): HolidayYear[] {
  const years = parseJson(json);
  if (!Array.isArray(years)) throw new HolidaysFormatError('it must be a JSON array of years');
  const read = years.map(readYear).sort((a, b) => a.year - b.year);
  const twice = read.find(({ year }, index) => read[index + 1]?.year === year);
  if (twice) throw new HolidaysFormatError(`the year ${twice.year} is there twice`);
  return read;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\u{FEFF}/u, ''));
  } catch (error) {
    throw new HolidaysFormatError(`it is no JSON: ${(error as SyntaxError).message}`);
  }
}

function readYear(given: unknown, index: number): HolidayYear {
  if (!isObject(given)) throw new HolidaysFormatError(`entry ${index + 1} is no object`);
  const { year, provisional = false, source = '', daysOff, workingSaturdays = [], ...strangers } = given;
  if (typeof year !== 'number' || !calendarDate(year, 1, 1)) {
    throw new HolidaysFormatError(`entry ${index + 1}: year must be a year, such as 2028`);
  }
  const fault = (detail: string) => new HolidaysFormatError(`${year}: ${detail}`);
  const [stranger] = Object.keys(strangers);
  if (stranger !== undefined) throw fault(`there is no ${stranger}`);
  if (typeof provisional !== 'boolean') throw fault('provisional must be true or false');
  if (typeof source !== 'string') throw fault('source must be text');
  if (!isObject(daysOff)) throw fault('daysOff must be an object of days and their names');
  if (!Array.isArray(workingSaturdays)) throw fault('workingSaturdays must be an array of days');
  const isDayOfYear = (day: unknown) =>
    typeof day === 'string' && parseCalendarDate(day) !== undefined && Number(day.slice(0, 4)) === year;
  for (const [day, name] of Object.entries(daysOff)) {
    if (!isDayOfYear(day)) throw fault(`${day} is no day of it (yyyy-MM-dd)`);
    if (typeof name !== 'string' || name.trim() === '') throw fault(`the day off ${day} has no name`);
  }
  for (const day of workingSaturdays as readonly unknown[]) {
    if (!isDayOfYear(day)) throw fault(`${String(day)} is no day of it (yyyy-MM-dd)`);
    if (String(day) in daysOff) throw fault(`${String(day)} is both worked and off`);
  }
  return {
    year,
    provisional,
    source,
    daysOff: daysOff as Record<string, string>,
    workingSaturdays: workingSaturdays as string[],
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
