import type { OnApplicationShutdown } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { BrokerConnection, type ConnectionStatus } from './connection';
import { AMQP_TRANSPORT, ConsumeContext } from './consume';
import type { Incoming } from './event';
import { type Metrics, metricsIn } from './metrics';
import type { AmqpOptions } from './options';
import { AmqpPublisher } from './publisher';
import { QueueConsumer } from './queue-consumer';
import type { QueueSpec } from './topology';

/**
 * Nest's way to RabbitMQ: `app.connectMicroservice({ strategy: app.get(AmqpTransport) })` serves every `@Consume` method. It comes back by
 * itself after any loss of channel, connection or broker, and answers for each message exactly where it came from.
 */
export class AmqpTransport
  extends Server<Record<string, never>, ConnectionStatus>
  implements CustomTransportStrategy, OnApplicationShutdown
{
  override readonly transportId = AMQP_TRANSPORT;
  private readonly metrics: Metrics;
  private readonly connection: BrokerConnection;
  private readonly consumers: QueueConsumer[] = [];
  private started = false;

  constructor(
    private readonly options: AmqpOptions,
    /** By which retries and dead letters leave; whoever made it closes it, after this transport. */
    private readonly publisher: AmqpPublisher,
  ) {
    super();
    this.metrics = metricsIn(options.registry);
    this.connection = new BrokerConnection(options, 'consumer', this.metrics);
    this.connection.status.subscribe(this._status$);
  }

  /** As `@Consume`, for a plain function. Before `listen` or `start`. */
  consume<T>(queue: QueueSpec, handle: (messages: readonly Incoming<T>[]) => Promise<void>): void {
    this.addHandler(queue.name, handle, true, { queue });
  }

  override addHandler(
    pattern: string,
    handler: MessageHandler,
    isEventHandler?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    if (this.messageHandlers.has(pattern)) throw new Error(`the queue ${pattern} has two handlers in one process`);
    super.addHandler(pattern, handler, isEventHandler, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => {
      callback();
    }, callback);
  }

  /** Resolves when every queue is subscribed; waits for the broker as long as that takes. */
  async start(): Promise<void> {
    for (const handler of this.messageHandlers.values()) this.consumers.push(this.consumerFor(handler));
    this.started = true;
    await this.connection.open();
    await Promise.all(this.consumers.map((consumer) => consumer.start()));
  }

  /** Connected, and every queue subscribed. */
  isHealthy(): boolean {
    return this.started && this.connection.connected && this.consumers.every(({ subscribed }) => subscribed);
  }

  /** Lets running handlers finish (up to the drain timeout), gives their answers, returns everything else to its queue. */
  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.close(this.options.drainTimeoutMs ?? 20_000)));
    await this.connection.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  on(): never {
    throw new Error('this transport emits nothing: subscribe to `status`');
  }

  unwrap(): never {
    throw new Error('what lies below is replaced with each reconnect: there is nothing to unwrap');
  }

  private consumerFor(handler: MessageHandler): QueueConsumer {
    const { queue } = handler.extras as { queue: QueueSpec };
    const { topology, log } = this.options;
    return new QueueConsumer({
      topology,
      spec: topology.queues.find(({ name }) => name === queue.name) ?? queue,
      handle: (messages) => this.invoke(handler, messages, new ConsumeContext([queue.name])),
      connection: this.connection,
      sender: this.publisher.sender,
      log,
      metrics: this.metrics,
    });
  }

  /** Between the hooks by which Nest follows what a transport does. */
  private invoke(handler: MessageHandler, messages: readonly Incoming[], context: ConsumeContext): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onProcessingStartHook(this.transportId, context, async () => {
        try {
          const result: unknown = await handler(messages, context);
          if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
          resolve();
        } catch (error) {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever the handler threw
          reject(error);
        } finally {
          // Nest's types do not say that it is unset until somebody sets it.
          (this.onProcessingEndHook as typeof this.onProcessingEndHook | undefined)?.(this.transportId, context);
        }
      });
    });
  }
}
