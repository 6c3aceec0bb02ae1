import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Directory, directoryText } from '@axis/storage';
import { type Command, tell, UsageError } from './command';
import { withStorage } from './with-storage';

const USAGE = 'agency export FILE|- [--json]';

/**
 * `axis agency export`: the whole directory as a file that `agency import` reads again, `.csv`, `.json` or `.ndjson`; `-`
 * writes it to standard output, as CSV, or an object a line with `--json`.
 */
export const agencyExport: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError(USAGE);
  await withStorage(async (database) => {
    const directory = new Directory(database);
    const version = await directory.version();
    if (file !== '-') await directory.exportFile(file);
    else {
      const text = directoryText(directory.entries(), values.json ? 'ndjson' : 'csv');
      await pipeline(text, process.stdout, { end: false });
    }
    tell(`The directory at version ${version}.`);
  });
  return 0;
};
