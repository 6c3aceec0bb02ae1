import { parseArgs } from 'node:util';
import { type Finding, inspectMachine } from '@axis/embedded';
import { ConfigError, loadConfig } from '@axis/platform';
import { type Command, print, printJson } from './command';

/** `axis doctor [--json]`: what this machine has, what would be used, and what is wrong. 0 when nothing is. */
export const doctor: Command = async (args) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
  const findings = [configuration(), ...(await inspectMachine(process.env, process.env['AXIS_HOME'] ?? '.axis'))];
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

const line = ({ name, ok, value, advice }: Finding): string =>
  `${ok ? '✓' : '✗'} ${name.padEnd(14)} ${value}${advice === undefined ? '' : `\n  → ${advice}`}`;
