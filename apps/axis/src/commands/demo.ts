import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Evidence } from '@axis/evidence';
import { loadConfig } from '@axis/platform';
import { answer, recall } from '../demo/answer-and-recall';
import { type DemoReport, faultsOf, type Played, writeReport } from '../demo/report';
import { joinCast, sendToAll } from '../demo/scenario';
import { timeline } from '../demo/timeline';
import { SAMPLE_AGENCIES } from '../environment/sample-keys';
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
  const say = (line: string) => {
    tell(`• ${line}`);
  };
  const cast = await joinCast(axis);
  const main = await sendToAll(cast, say);
  const answered = await answer(cast, main.document.id, say);
  const recalled = await recall(cast, say);
  const seconds = {
    install: Number(process.env['AXIS_INSTALL_SECONDS'] ?? 0),
    start: (ready - started) / 1000,
    job: (Date.now() - ready) / 1000,
  };
  const played = { main, answer: answered, recall: recalled };
  const { report, evidence } = await writeReport(played, axis.environment.config, seconds);
  if (json) printJson(report);
  else printStory(report, evidence, namesIn(played), join(axis.environment.config.home, 'demo'));
  return faultsOf(report);
}

function printStory(
  { signatures, receipts, answer: answered, recall: recalled, files }: DemoReport,
  [main = [], back = [], taken = []]: readonly (readonly Evidence[])[],
  names: ReadonlyMap<string, string>,
  dir: string,
): void {
  print(['', ...timeline(main, names), ''].join('\n'));
  print(`Chữ ký: ${signatures.map(({ signer, indication }) => `${signer} – ${indication}`).join('; ')}`);
  print(['', `Trả lời ${answered.answers}:`, ...timeline(back, names)].join('\n'));
  print(['', 'Lấy lại văn bản gửi nhầm:', ...timeline(taken, names), ''].join('\n'));
  const all = [receipts, answered.receipts, recalled.receipts];
  const sum = (of: 'verified' | 'total') => all.reduce((count, one) => count + one[of], 0);
  print(`Biên nhận: ${sum('verified')}/${sum('total')} đã kiểm tra đúng`);
  print(`Văn bản đã ký: ${files.document}\nBiên nhận:     ${dir}/*receipts/`);
}

function namesIn({ main, answer: answered, recall: recalled }: Played): ReadonlyMap<string, string> {
  const agencies = [main, answered, recalled].flatMap(({ deliveries }) =>
    deliveries.map(({ delivery: { agency } }) => [agency.code, agency.name] as const),
  );
  return new Map([...Object.values(SAMPLE_AGENCIES).map(({ code, name }) => [code, name] as const), ...agencies]);
}
