import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import { declareQueue } from './declare';
import { farewellMs, within } from './patience';
import { queueNameOf, type QueueSpec, type Topology } from './topology';

interface SubscriptionOptions {
  readonly topology: Topology;
  readonly spec: QueueSpec;
  readonly deliver: (message: ConsumeMessage, from: Subscription) => void;
  readonly onError: (error: Error) => void;
}

const watchEveryMs = 5_000;

/**
 * One channel that consumes one queue, from its opening to its end. A message can be answered only on the channel it came by; once that has
 * ended, answers do nothing, for the broker has taken its messages back.
 *
 * It begins with one message at a time, and takes its full share with the first that was never handed out before. So when a message
 * kills its consumer again and again, the ones behind it are not counted as delivered each time, and only the culprit reaches its limit.
 */
export class Subscription {
  /** Resolves when the channel is gone, for whatever reason. */
  readonly ended: Promise<void>;
  private open = true;
  private stopping = false;
  private tag = 'careful';
  private widening: Promise<void> | undefined;
  private received = 0;
  private unanswered = 0;

  private constructor(
    private readonly channel: Channel,
    private readonly options: SubscriptionOptions,
  ) {
    channel.on('error', options.onError);
    this.ended = new Promise((resolve) => {
      channel.on('close', () => {
        this.open = false;
        resolve();
      });
    });
  }

  /** Declares the queue, which may have been deleted since the connection was made, and consumes it. */
  static async begin(channel: Channel, options: SubscriptionOptions): Promise<Subscription> {
    const subscription = new Subscription(channel, options);
    try {
      await declareQueue(channel, options.topology, options.spec);
      await subscription.consume(1);
      void subscription.watch();
    } catch (error) {
      await subscription.close();
      throw error;
    }
    return subscription;
  }

  get alive(): boolean {
    return this.open;
  }

  acknowledge(message: ConsumeMessage): void {
    if (!this.open) return;
    this.channel.ack(message);
    this.unanswered -= 1;
  }

  /** Back to its place in the queue, counted as one more delivery. */
  giveBack(message: ConsumeMessage): void {
    if (!this.open) return;
    this.channel.nack(message, false, true);
    this.unanswered -= 1;
  }

  /** No more deliveries; answers are still taken. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.widening;
    if (this.open) await this.channel.cancel(this.tag).catch(this.options.onError);
  }

  /** Answers given so far reach the broker; what has none goes back to the queue. */
  async close(): Promise<void> {
    if (!this.open) return;
    // From here on the channel takes no answer.
    this.open = false;
    await within(farewellMs, this.channel.close().catch(this.options.onError));
  }

  private async consume(prefetch: number): Promise<void> {
    await this.channel.prefetch(prefetch);
    const receive = (message: ConsumeMessage | null): void => {
      this.receive(message);
    };
    const queue = queueNameOf(this.options.topology, this.options.spec);
    await this.channel.consume(queue, receive, { consumerTag: this.tag });
  }

  private receive(message: ConsumeMessage | null): void {
    if (message === null) {
      // The broker ended the consumer: its queue was deleted.
      void this.close();
      return;
    }
    this.received += 1;
    this.unanswered += 1;
    if (!message.fields.redelivered) this.widening ??= this.widen();
    this.options.deliver(message, this);
  }

  /**
   * A broker can forget a consumer without telling it: RabbitMQ 3.10 does when a queue is deleted and at once declared anew. Nothing in
   * hand, messages waiting, and none has come between two looks: then another channel must be tried.
   */
  private async watch(): Promise<void> {
    const queue = queueNameOf(this.options.topology, this.options.spec);
    let suspectedAt = -1;
    try {
      for (;;) {
        await pause(watchEveryMs, undefined, { ref: false });
        if (!this.open || this.stopping) return;
        const waiting = this.unanswered === 0 && (await this.channel.checkQueue(queue)).messageCount > 0;
        if (waiting && suspectedAt === this.received) break;
        suspectedAt = waiting ? this.received : -1;
      }
      this.options.onError(new Error('messages wait and none comes: the broker has forgotten this consumer'));
      await this.close();
    } catch (error) {
      // The channel is gone already, or the queue is (404), which ends the channel too.
      if (this.open) this.options.onError(error as Error);
    }
  }

  private async widen(): Promise<void> {
    try {
      await this.channel.cancel(this.tag);
      this.tag = 'full';
      if (!this.stopping) await this.consume(this.options.spec.prefetch);
    } catch (error) {
      this.options.onError(error as Error);
      await this.close();
    }
  }
}
