import { setTimeout as pause } from 'node:timers/promises';
import { type Percentiles, percentiles, rounded } from '../figures';
import type { Load, Sent } from './load';
import { now } from './load';
import type { Probed } from './probe-process';
import { ADDRESSEES, type Rig } from './rig';

export interface Measured {
  readonly documents: number;
  /** From the first byte sent to the last receipt written. */
  readonly seconds: number;
  readonly perSecond: number;
  /** From the first byte of a request to its 202, in ms; the probe's: to its commit. */
  readonly accept: Percentiles;
  /** From the 202 until the document is in the receiver's inbox, in ms. */
  readonly available: Percentiles;
  /** CPU seconds used meanwhile, rounded. `client` is the senders, or the probe. */
  readonly cpuSeconds: {
    readonly axis: number;
    readonly client: number;
    readonly postgres: number;
    readonly rabbitMq: number;
  };
}

const POLL_MS = 20;
const GIVE_UP_MS = 120_000;

/** One load through the whole axis. */
export async function measureAxis(
  rig: Rig,
  load: Load,
  to: readonly string[] = ADDRESSEES.slice(0, 1),
): Promise<Measured> {
  await rig.senders.ask({ ask: 'prepare', bytes: load.bytes, documents: load.documents, to });
  const before = await rig.processorSeconds();
  const sent = await rig.senders.ask<Sent>({ ask: 'send', load });
  const ids = sent.accepted.map(({ documentId }) => documentId);
  await untilReceipts(rig, ids, ids.length * (1 + to.length));
  const settledAt = now();
  const after = await rig.processorSeconds();
  return summary(sent, await availableTimes(rig, ids), settledAt, {
    axis: after.axis - before.axis,
    client: sent.cpuSeconds,
    postgres: after.postgres - before.postgres,
    rabbitMq: after.rabbitMq - before.rabbitMq,
  });
}

/** The same load by the bare probe. */
export async function measureProbe(rig: Rig, load: Load): Promise<Measured> {
  const before = await rig.processorSeconds();
  const probed = await rig.probe.ask<Probed>({ ask: 'run', load });
  const after = await rig.processorSeconds();
  return summary(probed, probed.available, probed.settledAt, {
    axis: 0,
    client: probed.cpuSeconds,
    postgres: after.postgres - before.postgres,
    rabbitMq: after.rabbitMq - before.rabbitMq,
  });
}

/** A document has come all its way when the receipts of its acceptance and of each delivery are written. */
async function untilReceipts({ database }: Rig, ids: readonly string[], expected: number): Promise<void> {
  const until = now() + GIVE_UP_MS;
  for (;;) {
    const { rows } = await database.query<{ written: number }>(
      'SELECT count(*)::integer AS written FROM receipts WHERE document_id = ANY ($1::uuid[])',
      [ids],
    );
    const written = rows[0]?.written ?? 0;
    if (written >= expected) return;
    if (now() > until) throw new Error(`after two minutes ${expected - written} of ${expected} receipts are missing`);
    await pause(POLL_MS);
  }
}

/** Stamped by the courier in the transaction that puts a document into the inbox; of several addressees, the last. */
async function availableTimes({ database }: Rig, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await database.query<{ document_id: string; at: Date }>(
    'SELECT document_id, max(available_at) AS at FROM deliveries WHERE document_id = ANY ($1::uuid[]) GROUP BY 1',
    [ids],
  );
  return new Map(rows.map(({ document_id, at }) => [document_id, at.getTime()]));
}

function summary(
  { accepted }: Sent,
  available: ReadonlyMap<string, number>,
  settledAt: number,
  cpu: Measured['cpuSeconds'],
): Measured {
  const seconds = (settledAt - Math.min(...accepted.map(({ sentAt }) => sentAt))) / 1000;
  return {
    documents: accepted.length,
    seconds: rounded(seconds),
    perSecond: rounded(accepted.length / seconds),
    accept: percentiles(accepted.map(({ sentAt, acceptedAt }) => acceptedAt - sentAt)),
    // A busy client may read its 202 after the document has arrived.
    available: percentiles(
      accepted.map(({ documentId, acceptedAt }) => Math.max(0, (available.get(documentId) ?? settledAt) - acceptedAt)),
    ),
    cpuSeconds: {
      axis: rounded(cpu.axis),
      client: rounded(cpu.client),
      postgres: rounded(cpu.postgres),
      rabbitMq: rounded(cpu.rabbitMq),
    },
  };
}
