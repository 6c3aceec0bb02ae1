import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import type { Incoming } from './event';
import { type DeathReason, failureOf, isPermanent } from './failure';
import type { Metrics } from './metrics';
import type { Log } from './options';
import type { Sender } from './sender';
import type { Subscription } from './subscription';
import { deadLettersOf, queueNameOf, type QueueSpec, retryNameOf, type Topology } from './topology';
import { decodeEvent, type Death, type History, historyOf, type Outgoing, republish, withFailure } from './wire';

export interface HandlingOptions {
  readonly topology: Topology;
  readonly spec: QueueSpec;
  readonly handle: (messages: readonly Incoming[]) => Promise<void>;
  /** By which retries and dead letters leave. */
  readonly sender: Sender;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A message and the subscription that must answer for it. */
export interface Delivery {
  readonly message: ConsumeMessage;
  readonly from: Subscription;
  readonly history: History;
  /** Undefined when the message holds no readable event. */
  readonly incoming: Incoming | undefined;
}

type Readable = Delivery & { readonly incoming: Incoming };

/** Before a message that could be sent neither to a retry nor to the dead letters is handed out again. */
const breathMs = 1_000;

export function deliveryOf(message: ConsumeMessage, from: Subscription): Delivery {
  const history = historyOf(message);
  const event = decodeEvent(message);
  const attempt = history.failedAttempts + 1;
  return { message, from, history, incoming: event && { event, attempt, redelivered: message.fields.redelivered } };
}

/** What becomes of the messages of one queue: each ends acknowledged, in a delayed retry, or among the dead letters. */
export class Handling {
  private readonly queue: string;

  constructor(private readonly options: HandlingOptions) {
    this.queue = queueNameOf(options.topology, options.spec);
  }

  /** Never rejects. */
  async process(batch: readonly Delivery[]): Promise<void> {
    for (const delivery of batch) if (!isReadable(delivery)) await this.bury(delivery, 'unreadable');
    await this.handle(batch.filter(isReadable));
  }

  private async handle(batch: readonly Readable[]): Promise<void> {
    const due = batch.filter(({ from }) => from.alive);
    const [first] = due;
    if (first === undefined) return;

    const began = performance.now();
    try {
      await this.options.handle(due.map(({ incoming }) => incoming));
    } catch (error) {
      if (due.length === 1) await this.fail(first, error);
      else await this.handleSingly(due, error);
      return;
    }
    for (const { from, message } of due) from.acknowledge(message);
    this.options.metrics.handled(this.queue, due.length, (performance.now() - began) / 1000);
  }

  /** So that one bad message does not take its neighbours with it. */
  private async handleSingly(batch: readonly Readable[], error: unknown): Promise<void> {
    this.options.log.warn(
      { queue: this.queue, messages: batch.length, err: error },
      'a batch failed: handling it singly',
    );
    for (const delivery of batch) await this.handle([delivery]);
  }

  private async fail(delivery: Readable, error: unknown): Promise<void> {
    const { spec, topology, metrics, log } = this.options;
    const failure = failureOf(error, delivery.incoming.attempt, new Date());
    const history = withFailure(delivery.history, failure);
    metrics.failed(this.queue);

    const permanent = isPermanent(error);
    const delay = spec.retryDelays[failure.attempt - 1];
    if (permanent || delay === undefined) {
      await this.bury({ ...delivery, history }, permanent ? 'permanent' : 'retries-exhausted');
      return;
    }
    log.warn({ ...this.describe(delivery), failure, delay }, 'a handler failed: the message will be retried');
    const waitingRoom = { exchange: retryNameOf(topology, delay), routingKey: this.queue };
    if (await this.replace(delivery, republish(delivery.message, waitingRoom, history))) metrics.retried(this.queue);
  }

  private async bury(delivery: Delivery, reason: DeathReason): Promise<void> {
    const { topology, metrics, log } = this.options;
    const { history, message } = delivery;
    log.error({ ...this.describe(delivery), reason, failures: history.failures }, 'a message goes to the dead letters');
    const death: Death = { queue: this.queue, reason, at: new Date().toISOString() };
    const deadLetters = { exchange: '', routingKey: deadLettersOf(topology) };
    if (await this.replace(delivery, republish(message, deadLetters, history, death))) {
      metrics.deadLettered(this.queue, reason);
    }
  }

  /** First the broker has the new copy, then it may drop the old one: in between there can be two, never none. */
  private async replace(delivery: Delivery, copy: Outgoing): Promise<boolean> {
    const [outcome] = await this.options.sender.send([copy]);
    if (outcome === 'confirmed') {
      delivery.from.acknowledge(delivery.message);
      return true;
    }
    this.options.log.error(
      { ...this.describe(delivery), outcome, to: copy.exchange },
      'a message could not be moved on',
    );
    await pause(breathMs, undefined, { ref: false });
    delivery.from.giveBack(delivery.message);
    return false;
  }

  private describe({ message, incoming }: Delivery): object {
    const { type, subject } = incoming?.event ?? {};
    return { queue: this.queue, event: message.properties.messageId as unknown, type, subject };
  }
}

const isReadable = (delivery: Delivery): delivery is Readable => delivery.incoming !== undefined;
