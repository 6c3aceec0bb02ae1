import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import type { BrokerConnection } from './connection';
import { Gatherer } from './gatherer';
import { type Delivery, deliveryOf, Handling, type HandlingOptions } from './handling';
import { within } from './patience';
import { Subscription } from './subscription';
import { queueNameOf } from './topology';

export interface QueueConsumerOptions extends HandlingOptions {
  readonly connection: BrokerConnection;
}

const shortestPauseMs = 100;
const longestPauseMs = 5_000;
/** How long a new subscription waits for handlers begun under the former one, so that they do not meet themselves. */
const overlapMs = 5_000;

/** Consumes one queue until it is closed, over as many channels and connections as that takes. */
export class QueueConsumer {
  private readonly gatherer: Gatherer<Delivery>;
  private subscription: Subscription | undefined;
  private closing = false;

  constructor(private readonly options: QueueConsumerOptions) {
    const { prefetch, batch, concurrency } = options.spec;
    const { size, waitMs } = batch ?? { size: 1, waitMs: 0 };
    const handling = new Handling(options);
    this.gatherer = new Gatherer(
      { size, waitMs, concurrency: concurrency ?? Math.max(1, Math.floor(prefetch / size)) },
      (deliveries) => handling.process(deliveries),
    );
  }

  get subscribed(): boolean {
    return this.subscription?.alive ?? false;
  }

  /** Call once. Resolves when it is subscribed for the first time, or closed before. */
  start(): Promise<void> {
    return new Promise((ready) => {
      void this.live(ready).then(ready);
    });
  }

  /** Takes nothing new, waits up to `drainMs` for running handlers and their answers, and returns the rest to the queue. */
  async close(drainMs: number): Promise<void> {
    this.closing = true;
    this.gatherer.discard();
    const stopped = this.subscription?.stop();
    await within(drainMs, Promise.all([stopped, this.gatherer.idle()]));
    await this.subscription?.close();
  }

  /** One subscription after the other. */
  private async live(subscribed: () => void): Promise<void> {
    let wait = shortestPauseMs;
    while (!this.closing) {
      try {
        this.subscription = await this.subscribe();
        subscribed();
        wait = shortestPauseMs;
        await this.subscription.ended;
      } catch (error) {
        this.report(error);
        wait = Math.min(wait * 2, longestPauseMs);
      }
      // The broker hands these out again.
      this.gatherer.discard();
      await within(overlapMs, this.gatherer.idle());
      await pause(wait, undefined, { ref: false });
    }
  }

  private async subscribe(): Promise<Subscription> {
    const { connection, spec, topology } = this.options;
    const subscription = await Subscription.begin(await connection.channel(), {
      topology,
      spec,
      deliver: (message, from) => {
        this.receive(message, from);
      },
      onError: (error) => {
        this.report(error);
      },
    });
    if (this.closing) await subscription.close();
    return subscription;
  }

  private receive(message: ConsumeMessage, from: Subscription): void {
    if (this.closing) return;
    const delivery = deliveryOf(message, from);
    // One that was handed out before may be what its consumer died of: it takes no neighbours with it.
    this.gatherer.add(delivery, message.fields.redelivered || delivery.incoming === undefined);
  }

  private report(error: unknown): void {
    if (this.closing) return;
    const queue = queueNameOf(this.options.topology, this.options.spec);
    this.options.log.warn({ queue, err: error }, 'the subscription broke: a new one follows');
  }
}
