import { parseArgs } from 'node:util';
import { loadConfig } from '@axis/platform';
import { faultsOf, writeReport } from '../demo/report';
import { playScenario } from '../demo/scenario';
import { timeline } from '../demo/timeline';
import { SAMPLE_SENDER } from '../environment/sample-keys';
import { type Axis, runAxis } from '../environment/run-axis';
import { type Command, print, printJson, tell, untilAsked } from './command';

/** `npm run demo [-- --exit] [--json]`: the main job with real servers. With --json, standard output is one JSON object. */
export const demo: Command = async (args) => {
  const { values } = parseArgs({ args: [...args], options: { exit: { type: 'boolean' }, json: { type: 'boolean' } } });
  const asked = untilAsked();
  const started = Date.now();
  tell('Khởi động PostgreSQL, RabbitMQ và các dịch vụ của trục …');
  const axis = await runAxis(
    loadConfig({ HTTP_PORT: '0', LOG_LEVEL: 'warn', SIGNATURE_POLICY: 'both', ...process.env }),
  );
  try {
    const faults = await play(axis, started, values.json ?? false);
    for (const fault of faults) tell(`✗ ${fault}`);
    if (!values.exit) {
      tell(`\nTrục đang chạy tại ${axis.url} (API: ${axis.url}/docs). Ctrl-C để dừng.`);
      await asked;
    }
    return faults.length === 0 ? 0 : 1;
  } finally {
    await axis.stop();
  }
};

async function play(axis: Axis, started: number, json: boolean): Promise<string[]> {
  const ready = Date.now();
  const outcome = await playScenario(axis, (line) => {
    tell(`• ${line}`);
  });
  const seconds = {
    install: Number(process.env['AXIS_INSTALL_SECONDS'] ?? 0),
    start: (ready - started) / 1000,
    job: (Date.now() - ready) / 1000,
  };
  const { report, evidence } = await writeReport(outcome, axis.environment.config, seconds);
  if (json) printJson(report);
  else {
    const names = new Map([
      [SAMPLE_SENDER.code, SAMPLE_SENDER.agency] as const,
      ...outcome.deliveries.map(({ delivery: { agency } }) => [agency.code, agency.name] as const),
    ]);
    print(['', ...timeline(evidence, names), ''].join('\n'));
    print(`Chữ ký: ${report.signatures.map(({ signer, indication }) => `${signer} – ${indication}`).join('; ')}`);
    print(`Biên nhận: ${report.receipts.verified}/${report.receipts.total} đã kiểm tra đúng`);
    print(`Văn bản đã ký: ${report.files.document}\nBiên nhận:     ${axis.environment.config.home}/demo/receipts/`);
  }
  return faultsOf(report);
}
