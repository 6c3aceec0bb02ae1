import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { loadConfig } from '@axis/platform';
import { describeSignatures, measureSignatures } from '../bench/signatures';
import { describeWholePath, measureWholePath } from '../bench/whole-path/whole-path';
import { type Command, print, printJson, tell, untilAsked, UsageError } from './command';

/**
 * `npm run bench [-- axis|pades] [--quick] [--json]`: measures, on servers of its own, the whole path of documents beside a
 * bare probe, or signatures beside bare node:crypto. Trust the ratios: both sides of each are measured in turn.
 */
export const bench: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, quick: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [what = 'axis'] = positionals;
  if (positionals.length > 1 || !['axis', 'pades'].includes(what))
    throw new UsageError('bench [axis|pades] [--quick] [--json]');
  const quick = values.quick ?? false;
  const machine = {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? '',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.versions.node,
  };
  if (what === 'pades') {
    const report = await measureSignatures(quick, tell);
    if (values.json) printJson({ machine, ...report });
    else print(describeSignatures(report));
  } else {
    const report = await measureWholePath(loadConfig(process.env).home, quick, tell, untilAsked());
    if (!report) return 130;
    if (values.json) printJson({ machine, ...report });
    else print(describeWholePath(report));
  }
  return 0;
};
