import { parseArgs } from 'node:util';
import { loadConfig } from '@axis/platform';
import { resume } from '@axis/storage';
import { type Command, print, printJson, UsageError } from './command';
import { withStorage } from './with-storage';

const USAGE = `resume --since TIME [--dry-run] [--json]
TIME is when all was still well, with its zone: 2026-11-20T08:00+07`;

/** RFC 3339, to the minute at least; its offset may leave the minutes out. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d)(?::?(\d\d))?$/i;
const DAY_MS = 86_400_000;

/**
 * `axis resume`: tells again each event that was lost with the broker's queues or that a restored database has forgotten,
 * and each once, however often it is asked to and whether the axis runs or not.
 */
export const resumeLost: Command = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { since: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const since = parseTime(values.since ?? '');
  if (!since) throw new UsageError(USAGE);
  const dryRun = values['dry-run'] ?? false;
  const feedSince = new Date(Date.now() - loadConfig(process.env).feedDays * DAY_MS);
  const resumed = await withStorage((database) => resume(database, { since, feedSince, dryRun }));
  const total = Object.values(resumed).reduce((sum, count) => sum + count, 0);
  if (values.json) printJson({ since: since.toISOString(), dryRun, total, events: resumed });
  else {
    for (const [type, count] of Object.entries(resumed)) print(`${String(count).padStart(8)}  ${type}`);
    print(total === 0 ? 'Nothing was lost.' : `${total} events ${dryRun ? 'would be' : 'are'} told again.`);
  }
  return 0;
};

function parseTime(text: string): Date | undefined {
  const [, date, time, zone = '', minutes = '00'] = TIME.exec(text.trim()) ?? [];
  if (date === undefined) return undefined;
  const parsed = new Date(`${date}T${time}${zone.toUpperCase() === 'Z' ? 'Z' : `${zone}:${minutes}`}`);
  return Number.isNaN(parsed.getTime()) || parsed.getTime() > Date.now() ? undefined : parsed;
}
