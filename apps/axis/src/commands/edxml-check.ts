import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkEdxml } from '@axis/edxml';
import { type Command, print, printJson, UsageError } from './command';

/** `axis edxml check FILE… [--json]`: reads messages and says whether they may be accepted. 0 when all may. */
export const edxmlCheck: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new UsageError('edxml check FILE… [--json]');
  let ok = true;
  for (const file of positionals) {
    const check = await checkEdxml(file, createReadStream(file));
    ok &&= check.ok;
    if (values.json) {
      printJson(check);
      continue;
    }
    print(`${check.ok ? '✓' : '✗'} ${file}: ${check.kind ?? 'không đọc được'} ${check.documentId ?? ''}`);
    for (const { code, line, path, message } of [...check.errors, ...check.warnings]) {
      print(`    ${code}, line ${line}, ${path}: ${message}`);
    }
  }
  return ok ? 0 : 1;
};
