import { readFile } from 'node:fs/promises';
import { HolidaysFormatError, parseHolidays, WorkingCalendar } from '@axis/edoc';
import { type Config, CONFIG, ConfigError } from '@axis/platform';

/**
 * The working days of agencies, with the years of HOLIDAYS_FILE before those built in.
 * @throws ConfigError when the file cannot be read
 */
export async function openCalendar({ holidaysFile }: Pick<Config, 'holidaysFile'>): Promise<WorkingCalendar> {
  if (holidaysFile === undefined) return new WorkingCalendar();
  try {
    return new WorkingCalendar(parseHolidays(await readFile(holidaysFile, 'utf8')));
  } catch (error) {
    const reason = error instanceof HolidaysFormatError ? error.message : String(error);
    throw new ConfigError(`HOLIDAYS_FILE: ${holidaysFile} cannot be used: ${reason}`);
  }
}

/** Provides `WorkingCalendar` to a service that counts working days. */
export const calendarProvider = { provide: WorkingCalendar, inject: [CONFIG], useFactory: openCalendar };
