import type { ConfirmChannel } from 'amqplib';
import type { BrokerConnection } from '../connection';
import type { Log } from '../options';
import { Outlet, type PublishOutcome } from '../outlet';
import { within } from '../patience';
import { type CloudEventAttributes, inBinaryMode } from '../wire';

/**
 * Messages that may wait in a queue. Fewer than it would hold: refusing, the broker picks single messages out of those on their
 * way, and the order would be lost.
 */
const MOST_WAITING = 8_000;
/** AMQP 0-9-1 reply code: there is no such queue. */
const NOT_FOUND = 404;
/** Together less than the 30 s that are promised. */
const PATIENCE_MS = { channel: 5_000, depth: 5_000, confirms: 15_000 };

export interface QueuedEvent {
  readonly attributes: CloudEventAttributes;
  readonly data: unknown;
}

export type WriteFailure =
  /** what waits in it is not consumed */
  | 'full'
  /** there is no such queue */
  | 'missing'
  /** the broker is away, or refuses */
  | 'unavailable';

export interface Written {
  /** How many, from the first, the queue has for good. */
  readonly written: number;
  /** Why the next one is not there. More of them may be: they come again. */
  readonly failure?: WriteFailure;
}

/** Puts events into one queue, in their order: a queue of a system, of which the topology knows nothing. */
export class QueueWriter {
  constructor(
    private readonly connection: BrokerConnection,
    private readonly log: Log,
  ) {}

  /**
   * Every message is persistent and confirmed. Answers within 30 s, whatever the broker does.
   * @param mostWaiting default 8,000
   */
  async write(queue: string, events: readonly QueuedEvent[], mostWaiting = MOST_WAITING): Promise<Written> {
    const channel = await this.channel();
    if (!channel) return { written: 0, failure: 'unavailable' };
    const outlet = new Outlet(channel, this.log);
    try {
      const waiting = await within(PATIENCE_MS.depth, depthOf(channel, queue));
      if (typeof waiting !== 'number') return { written: 0, failure: waiting ?? 'unavailable' };
      const fitting = events.slice(0, Math.max(0, mostWaiting - waiting));
      const result = await publish(outlet, queue, fitting);
      return result.failure || fitting.length === events.length ? result : { ...result, failure: 'full' };
    } finally {
      if (outlet.open) void channel.close().catch(() => undefined);
    }
  }

  /** A channel of our own: that a queue is missing is told by ending it. */
  private async channel(): Promise<ConfirmChannel | undefined> {
    const opening = this.connection.confirmChannel();
    const channel = await within(
      PATIENCE_MS.channel,
      opening.catch(() => undefined),
    );
    // When the broker is back, one comes that nobody waits for any more.
    if (!channel) void opening.then((late) => late.close()).catch(() => undefined);
    return channel;
  }
}

async function depthOf(channel: ConfirmChannel, queue: string): Promise<number | WriteFailure> {
  try {
    return (await channel.checkQueue(queue)).messageCount;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === NOT_FOUND ? 'missing' : 'unavailable';
  }
}

async function publish(outlet: Outlet, queue: string, events: readonly QueuedEvent[]): Promise<Written> {
  const answers = events.map(({ attributes, data }) =>
    outlet.send({ exchange: '', routingKey: queue, ...inBinaryMode(attributes, data) }),
  );
  let written = 0;
  const firstFailure = async (): Promise<WriteFailure | undefined> => {
    for (const answer of answers) {
      const outcome = await answer;
      if (outcome !== 'confirmed') return failureOf(outcome);
      written++;
    }
    return undefined;
  };
  const failure = await within(PATIENCE_MS.confirms, firstFailure());
  return written === events.length ? { written } : { written, failure: failure ?? 'unavailable' };
}

/** @throws Error when a message cannot be put on the wire, now or ever */
function failureOf(outcome: Exclude<PublishOutcome, 'confirmed'> | 'lost'): WriteFailure {
  if (outcome === 'lost') return 'unavailable';
  switch (outcome.failed) {
    case 'refused':
      return 'full';
    case 'unroutable':
      return 'missing';
    case 'unconfirmed':
      return 'unavailable';
    case 'malformed':
      throw new Error(outcome.detail);
  }
}
