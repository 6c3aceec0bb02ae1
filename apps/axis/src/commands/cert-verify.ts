import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { verifyCertificateCase } from '@axis/pki';
import { type Command, print, printJson, UsageError } from './command';

/** `axis cert verify --batch CASES.jsonl [--json]`: one answer a line. 0 all passed, 1 some failed, 2 some indeterminate. */
export const certVerify: Command = async (args) => {
  const { values } = parseArgs({ args: [...args], options: { batch: { type: 'string' }, json: { type: 'boolean' } } });
  if (values.batch === undefined) throw new UsageError('cert verify --batch CASES.jsonl [--json]');
  const seen = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(values.batch), crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const answer = verifyCertificateCase(line);
    seen.add(answer.indication);
    if (values.json) printJson(answer);
    else
      print(
        [String(answer.id), answer.indication, answer.subIndication, ...(answer.problems ?? [])]
          .filter(Boolean)
          .join('  '),
      );
  }
  if (seen.has('TOTAL-FAILED')) return 1;
  return seen.has('INDETERMINATE') ? 2 : 0;
};
