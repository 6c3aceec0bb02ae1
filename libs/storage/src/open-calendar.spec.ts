import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CalendarDate } from '@axis/edoc';
import { ConfigError } from '@axis/platform';
import { openCalendar } from './open-calendar';

const dir = mkdtempSync(join(tmpdir(), 'axis-holidays-'));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const TET_2028 = '2028-01-26' as CalendarDate;

function file(content: string): string {
  const path = join(dir, 'holidays.json');
  writeFileSync(path, content);
  return path;
}

it('knows what is built in where no file is named', async () => {
  const calendar = await openCalendar({ holidaysFile: undefined });
  expect(calendar.isWorkingDay('2026-02-17' as CalendarDate)).toBe(false);
  expect(calendar.isWorkingDay(TET_2028)).toBe(true);
});

it('follows a file beside what is built in', async () => {
  const holidaysFile = file('[{ "year": 2028, "daysOff": { "2028-01-26": "Tết Nguyên đán" } }]');
  const calendar = await openCalendar({ holidaysFile });
  expect(calendar.isWorkingDay('2026-02-17' as CalendarDate)).toBe(false);
  expect(calendar.isWorkingDay(TET_2028)).toBe(false);
});

it.each([
  ['is not there', () => join(dir, 'missing.json'), /^HOLIDAYS_FILE: .*missing\.json cannot be used: .*ENOENT/],
  ['is wrong', () => file('[{ "year": 2028 }]'), /^HOLIDAYS_FILE: .* cannot be used: 2028: daysOff must be an object/],
])('refuses a start with a file that %s', async (_, path, why) => {
  await expect(openCalendar({ holidaysFile: path() })).rejects.toThrow(ConfigError);
  await expect(openCalendar({ holidaysFile: path() })).rejects.toThrow(why);
});
