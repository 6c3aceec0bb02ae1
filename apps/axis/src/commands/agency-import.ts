import { parseArgs } from 'node:util';
import { Directory } from '@axis/storage';
import { type Command, print, printJson, UsageError } from './command';
import { withStorage } from './with-storage';

/** `axis agency import FILE [--json]`: brings in a directory file (.csv, .json). 0 when every row was taken. */
export const agencyImport: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('agency import FILE [--json]');
  const report = await withStorage((database) => new Directory(database).importFile(file));
  if (values.json) printJson(report);
  else {
    const { created, updated, closed, unchanged, refused } = report;
    print(
      `${created} created, ${updated} updated, ${closed} closed, ${unchanged} unchanged, ${refused.length} refused`,
    );
    for (const { line, reason } of refused) print(`  line ${line}: ${reason}`);
  }
  return report.refused.length === 0 ? 0 : 1;
};
