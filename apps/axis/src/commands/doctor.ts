import { parseArgs } from 'node:util';
import { vietnamDate } from '@axis/edoc';
import { type Finding, inspectMachine } from '@axis/embedded';
import { ConfigError, loadConfig } from '@axis/platform';
import { openCalendar } from '@axis/storage';
import { type Command, print, printJson } from './command';

/** `axis doctor [--json]`: what this machine has, what would be used, and what is wrong. 0 when nothing is. */
export const doctor: Command = async (args) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
  const findings = [
    configuration(),
    await holidays(new Date()),
    ...(await inspectMachine(process.env, process.env['AXIS_HOME'] ?? '.axis')),
  ];
  const ok = findings.every((finding) => finding.ok);
  if (values.json) printJson({ ok, findings });
  else for (const finding of findings) print(line(finding));
  return ok ? 0 : 1;
};

function configuration(): Finding {
  try {
    loadConfig(process.env);
    return { name: 'Configuration', ok: true, value: 'readable' };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { name: 'Configuration', ok: false, value: error.message, advice: 'See .env.example.' };
  }
}

/** Time limits count working days: of a year nobody has listed, only weekends and fixed holidays are off. */
async function holidays(now: Date): Promise<Finding> {
  const name = 'Holidays';
  const advice = 'HOLIDAYS_FILE brings the years of the latest notices.';
  try {
    const { known } = await openCalendar({ holidaysFile: process.env['HOLIDAYS_FILE'] || undefined });
    const value = known.map(({ year, provisional }) => `${year}${provisional ? ' (computed)' : ''}`).join(', ');
    const thisYear = known.find(({ year }) => year === Number(vietnamDate(now).slice(0, 4)));
    return thisYear && !thisYear.provisional ? { name, ok: true, value } : { name, ok: false, value, advice };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { name, ok: false, value: error.message, advice };
  }
}

const line = ({ name, ok, value, advice }: Finding): string =>
  `${ok ? '✓' : '✗'} ${name.padEnd(14)} ${value}${advice === undefined ? '' : `\n  → ${advice}`}`;
