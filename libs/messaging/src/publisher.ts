import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { BrokerConnection } from './connection';
import type { EventEnvelope, EventPublisher } from '@axis/platform';
import { type Metrics, metricsIn } from './metrics';
import type { AmqpOptions } from './options';
import type { PublishOutcome } from './outlet';
import { Sender } from './sender';
import { exchangeOf } from './topology';
import { encodeEvent } from './wire';

/**
 * Publishes events with confirms, over a connection of its own: a broker that holds publishers back then does not hold back acknowledgements.
 */
export class AmqpPublisher implements EventPublisher, OnApplicationBootstrap, OnApplicationShutdown {
  /** For the other parts of this library, which share them. */
  readonly connection: BrokerConnection;
  readonly sender: Sender;
  private readonly metrics: Metrics;

  constructor(private readonly options: AmqpOptions) {
    this.metrics = metricsIn(options.registry);
    this.connection = new BrokerConnection(options, 'publisher', this.metrics);
    this.sender = new Sender(this.connection, options.publishTimeoutMs ?? 30_000, options.log);
  }

  /**
   * One outcome per event, in the same order. Reconnects are waited for, up to the publish timeout. An event reported `unconfirmed` may
   * have been published all the same: publish it again under the same id. Many calls at once are fine.
   * Throws a TypeError when an event's data cannot be written as JSON.
   */
  async publish(events: readonly EventEnvelope[]): Promise<PublishOutcome[]> {
    const exchange = exchangeOf(this.options.topology);
    const outcomes = await this.sender.send(events.map((event) => encodeEvent(event, exchange)));
    for (const outcome of outcomes) this.metrics.published(outcome === 'confirmed' ? outcome : outcome.failed);
    return outcomes;
  }

  isHealthy(): boolean {
    return this.connection.connected;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.connection.open();
  }

  /** Last of all, when handlers that publish have finished. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
