import { rounded, sizeName } from '../figures';
import { table } from '../table';
import type { Load } from './load';
import { type Measured, measureAxis, measureProbe } from './measure';
import { ADDRESSEES, Rig } from './rig';

/** One load, the axis and the bare probe in turn. */
export interface Cell {
  readonly bytes: number;
  readonly senders: number;
  readonly axis: Measured;
  readonly probe: Measured;
  /** Documents a second, axis to probe. */
  readonly ratio: number;
}

/** A limit the axis is to keep on the reference machine (2 cores). */
export interface Budget {
  readonly name: string;
  readonly limit: number;
  readonly measured: number;
  readonly met: boolean;
}

export interface WholePathReport {
  readonly cells: readonly Cell[];
  readonly budgets: readonly Budget[];
}

interface Plan {
  readonly seconds: number;
  readonly senders: readonly number[];
  /** How many documents a cell sends at most, by their size. */
  readonly sizes: readonly (readonly [bytes: number, documents: number])[];
  readonly steadySeconds: number;
}

const KB = 1024;
const MB = 1024 ** 2;
const FULL: Plan = {
  seconds: 4,
  senders: [1, 2, 4, 8],
  sizes: [
    [10 * KB, 1200],
    [100 * KB, 800],
    [MB, 120],
  ],
  steadySeconds: 8,
};
const QUICK: Plan = {
  seconds: 1,
  senders: [1, 4],
  sizes: [
    [10 * KB, 200],
    [100 * KB, 150],
    [MB, 20],
  ],
  steadySeconds: 2,
};

const WARM_UP: Load = { bytes: 10 * KB, senders: 4, documents: 60, seconds: 5 };
/** DESIGN.md's limits: throughput at 100 KB, and the delay at half of it. */
const DOCUMENTS_A_SECOND = 150;

/**
 * Documents through the whole axis and through the bare probe, at several sizes and numbers of senders.
 * @param asked resolves when someone wants it to end: then the answer is undefined, and nothing is left behind
 */
export async function measureWholePath(
  home: string,
  quick: boolean,
  say: (line: string) => void,
  asked: Promise<void>,
): Promise<WholePathReport | undefined> {
  say('Starting Postgres, RabbitMQ, the axis, the senders and the probe …');
  const rig = await Rig.open(home);
  try {
    return await Promise.race([measureAll(rig, quick ? QUICK : FULL, say), asked.then(() => undefined)]);
  } finally {
    await rig.close();
  }
}

async function measureAll(rig: Rig, plan: Plan, say: (line: string) => void): Promise<WholePathReport> {
  await measureAxis(rig, WARM_UP);
  await measureProbe(rig, WARM_UP);
  const cells: Cell[] = [];
  for (const [bytes, documents] of plan.sizes) {
    for (const senders of plan.senders) {
      say(`${sizeName(bytes)}, ${senders} sender(s)`);
      cells.push(await measureCell(rig, { bytes, senders, documents, seconds: plan.seconds }));
    }
  }
  say('Steady traffic, and one document to a thousand agencies');
  return { cells, budgets: await measureBudgets(rig, cells, plan) };
}

async function measureCell(rig: Rig, load: Load): Promise<Cell> {
  const axis = await measureAxis(rig, load);
  const probe = await measureProbe(rig, load);
  const { bytes, senders } = load;
  return { bytes, senders, axis, probe, ratio: rounded(axis.perSecond / probe.perSecond) };
}

async function measureBudgets(rig: Rig, cells: readonly Cell[], { steadySeconds }: Plan): Promise<Budget[]> {
  const pace = DOCUMENTS_A_SECOND / 2;
  const steady = { bytes: 100 * KB, senders: 8, documents: pace * steadySeconds, seconds: 2 * steadySeconds, pace };
  const { available } = await measureAxis(rig, steady);
  const one = { bytes: 11 * KB, senders: 1, documents: 1, seconds: 1 };
  const fanOut = await measureAxis(rig, one, ADDRESSEES);
  const best = Math.max(...cells.filter(({ bytes }) => bytes === 100 * KB).map(({ axis }) => axis.perSecond));
  const atMost = (name: string, limit: number, measured: number) => ({ name, limit, measured, met: measured <= limit });
  return [
    {
      name: 'documents/s at 100 KB, at least',
      limit: DOCUMENTS_A_SECOND,
      measured: best,
      met: best >= DOCUMENTS_A_SECOND,
    },
    atMost(`p95 accepted → available at ${pace}/s, ms`, 1000, available.p95),
    atMost(`${ADDRESSEES.length} addressees available, ms`, 2000, fanOut.available.p99),
  ];
}

export function describeWholePath({ cells, budgets }: WholePathReport): string {
  const head = ['', 'senders', 'axis/s', 'probe/s', 'ratio', '202 p50', 'p95', 'inbox p50', 'p95', 'p99'];
  const cpu = ['axis', 'client', 'pg', 'mq', 'probe, pg, mq'];
  const rows = cells.map(({ bytes, senders, axis, probe, ratio }) => {
    const { axis: own, client, postgres, rabbitMq } = axis.cpuSeconds;
    const { client: bare, ...servers } = probe.cpuSeconds;
    const floor = (bare + servers.postgres + servers.rabbitMq) / probe.documents;
    const figures = [
      senders,
      axis.perSecond,
      probe.perSecond,
      ratio,
      axis.accept.p50,
      axis.accept.p95,
      axis.available.p50,
      axis.available.p95,
      axis.available.p99,
      ...[own, client, postgres, rabbitMq].map((seconds) => rounded((seconds * 1000) / axis.documents)),
      rounded(floor * 1000),
    ];
    return [sizeName(bytes), ...figures.map(String)];
  });
  const kept = budgets.map(({ name, limit, measured, met }) => [
    `${met ? '✓' : '✗'} ${name}`,
    String(measured),
    String(limit),
  ]);
  return [
    'Documents through the whole axis, in documents/s, ms, and ms of CPU a document:',
    table([...head, ...cpu], rows),
    '',
    table(['budget', 'measured', 'limit'], kept),
  ].join('\n');
}
