import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EventPublisher, PublishOutcome } from '@axis/platform';
import { Client, type ClientConfig } from 'pg';
import * as metrics from './metrics';
import { OUTBOX_CHANNEL } from './outbox';
import { countEvents, deleteEvents, takeEvents, type WaitingEvent } from './outbox-table';
import { Retries } from './retries';
import { Wake } from './wake';

/** The advisory lock of the one active relay: any number, the same for all. */
const RELAY_LOCK = 7_268_941_002;
const STANDBY_MS = 1_000;
const POLL_MS = 1_000;
const RECONNECT_MS = 500;
const COUNT_EVERY_MS = 15_000;
const READ_ALL_EVERY_MS = 2_000;
/** Positions are given before the commit: transactions of one moment commit in another order. */
const OVERLAP = 1_000;
const QUERY_TIMEOUT_MS = 30_000;
const END_MS = 1_000;

/**
 * Publishes what is in the outbox, in its order, and deletes what the broker confirmed. One relay is active in a
 * database at a time: it holds a lock on the same connection it reads and deletes by, so that with the connection it
 * loses the right to go on; the others try for the lock every second. An event is published at least once: after a
 * crash between confirmation and deletion, again with the same id.
 */
export class OutboxRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(OutboxRelay.name);
  private readonly stopping = new AbortController();
  private readonly wake = new Wake();
  private retries = new Retries();
  private running: Promise<void> | undefined;
  private countAt = 0;
  private last = 0;
  private readAllAt = 0;
  /** Whether this relay is the one that publishes. */
  active = false;

  constructor(
    private readonly settings: ClientConfig,
    private readonly publisher: EventPublisher,
  ) {}

  onApplicationBootstrap(): void {
    this.running ??= this.run();
  }

  /** Finishes what is being published, then lets another relay take over. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    this.wake.raise();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.session();
      } catch (error) {
        this.log.warn({ err: error }, 'The outbox relay lost its database connection; connecting again');
        await this.pause(RECONNECT_MS);
      }
    }
  }

  /** From connecting to the loss of the connection (throws) or to the end (returns). */
  private async session(): Promise<void> {
    const client = new Client({ ...this.settings, query_timeout: QUERY_TIMEOUT_MS });
    client.on('notification', () => {
      this.wake.raise();
    });
    // The next query fails and says so; an error nobody listens to would end the process.
    client.on('error', () => {
      this.wake.raise();
    });
    try {
      await client.connect();
      while (!(await this.lock(client))) {
        await this.pause(STANDBY_MS);
        if (this.stopping.signal.aborted) return;
      }
      await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
      this.retries = new Retries();
      this.active = true;
      this.log.log('This outbox relay is the active one');
      while (!this.stopping.signal.aborted) await this.relay(client);
    } finally {
      this.active = false;
      metrics.waiting.reset();
      metrics.oldest.reset();
      await Promise.race([client.end().catch(() => undefined), sleep(END_MS)]);
    }
  }

  private async lock(client: Client): Promise<boolean> {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [RELAY_LOCK]);
    return rows[0]?.locked ?? false;
  }

  private async relay(client: Client): Promise<void> {
    await this.count(client);
    const events = this.retries.full ? [] : await takeEvents(client, this.after(), this.retries.held());
    if (events.length === 0) {
      await this.wake.wait(Math.min(POLL_MS, this.retries.nextInMs()));
      return;
    }
    const confirmed = await this.publish(events);
    if (confirmed.length === 0) return;
    await deleteEvents(client, confirmed);
    this.last = Number(confirmed.at(-1));
  }

  /**
   * While a backup's snapshot is open, rows that were deleted stay in place, and to read past hours of them takes longer
   * each time. So most reads begin near the last event, and a read of all, for transactions that were long in coming
   * and for events that failed, is made every few seconds.
   */
  private after(): number {
    const now = Date.now();
    if (now < this.readAllAt) return Math.max(0, this.last - OVERLAP);
    this.readAllAt = now + READ_ALL_EVERY_MS;
    return 0;
  }

  /** @returns the positions of the events the broker confirmed */
  private async publish(events: readonly WaitingEvent[]): Promise<string[]> {
    let outcomes: readonly PublishOutcome[];
    try {
      outcomes = await this.publisher.publish(events.map(({ envelope }) => envelope));
    } catch (error) {
      const retryInMs = this.retries.outage();
      this.log.warn({ err: error, events: events.length, retryInMs }, 'No event can be published just now');
      metrics.failed.inc(events.length);
      await this.pause(retryInMs);
      return [];
    }
    const confirmed = events.filter((_, i) => outcomes[i] === 'confirmed').map(({ position }) => position);
    const failed = events.flatMap((event, i) => {
      const outcome = outcomes[i];
      return outcome === 'confirmed' ? [] : [{ event, reason: outcome?.failed ?? 'no outcome' }];
    });
    if (failed.length > 0) this.keep(failed);
    if (confirmed.length > 0) this.retries.succeeded(confirmed);
    else this.retries.outage();
    metrics.published.inc(confirmed.length);
    return confirmed;
  }

  private keep(failed: readonly { readonly event: WaitingEvent; readonly reason: string }[]): void {
    for (const { event } of failed) this.retries.failed(event.position);
    metrics.failed.inc(failed.length);
    const examples = failed.slice(0, 3).map(({ event: { envelope }, reason }) => {
      const { id, type, subject } = envelope;
      return { id, type, subject, reason };
    });
    this.log.error({ events: failed.length, examples }, 'Events were not published; they are tried again later');
  }

  private async count(client: Client): Promise<void> {
    if (Date.now() < this.countAt) return;
    this.countAt = Date.now() + COUNT_EVERY_MS;
    const { waiting, oldestSeconds } = await countEvents(client);
    metrics.waiting.set(waiting);
    metrics.oldest.set(oldestSeconds);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
