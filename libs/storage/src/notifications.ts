import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Client, type ClientConfig, escapeIdentifier, type Notification } from 'pg';
import type { EntityManager } from 'typeorm';
import { afterCommit } from './after-commit';

/** What somebody waits for, and for how long. */
export interface Lookout {
  readonly channel: string;
  readonly wants: (payload: string) => boolean;
  readonly ms: number;
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal;
}

interface Waiter {
  readonly wants: (payload: string) => boolean;
  readonly answer: (woken: boolean) => void;
}

/** A connection, and the end of it. */
interface Session {
  readonly client: Client;
  readonly over: AbortController;
}

const RECONNECT_MS = 500;
/** Finds out that a connection is dead which nobody closed. */
const HEARTBEAT_MS = 30_000;
/** A dead connection may not answer its ending. */
const END_MS = 1_000;
/** Notices of many transactions travel together, in one statement every so many ms at most. */
const GATHER_MS = 5;
const MOST_PAYLOAD_BYTES = 7_999;
const MOST_UNSENT = 10_000;

/**
 * LISTEN and NOTIFY over one connection of this process, opened when first needed and reopened when lost.
 *
 * Notices are sent just after the commit, not within it: a transaction that notifies holds a lock on the whole database
 * through its commit, so that commits go one at a time (measured with 16 connections on a fast disk: 13,000 a second
 * instead of 17,000; the slower the disk, the worse). A process that dies between its commit and its notice leaves the
 * others to their timeout, no more: notices are hints, the tables say what is true.
 */
export class Notifications implements OnModuleDestroy, OnApplicationShutdown {
  private readonly log = new Logger(Notifications.name);
  private readonly waiters = new Map<string, Set<Waiter>>();
  private readonly unsent = new Map<string, readonly [channel: string, payload: string]>();
  private readonly listening = new Set<string>();
  private session: Session | undefined;
  private running: Promise<void> | undefined;
  private busy = false;
  private beat = false;
  private released = false;
  private readonly closed = new AbortController();

  constructor(private readonly settings: ClientConfig) {}

  /**
   * Wakes those who wait on the channel, in every process, once the manager's transaction has committed.
   * @param payload under 8,000 bytes (NOTIFY's limit); equal ones of one moment may arrive as one
   */
  notify(manager: EntityManager, channel: string, payload = ''): void {
    if (Buffer.byteLength(payload) > MOST_PAYLOAD_BYTES) throw new RangeError('The payload of a notice is too long');
    afterCommit(manager, () => {
      if (this.unsent.size < MOST_UNSENT) this.unsent.set(`${channel} ${payload}`, [channel, payload]);
      this.start();
      void this.work();
    });
  }

  /**
   * Waits for a notice. Begin to wait before looking at the tables, so that nothing slips between. After the connection
   * was (re)opened everyone is woken once, because notices may have been missed: look again, and wait again.
   * @returns true when woken; false after `ms`, when the signal aborts, and when the process is stopping
   */
  wait(channel: string, wants: (payload: string) => boolean, ms: number, signal?: AbortSignal): Promise<boolean> {
    if (this.released || signal?.aborted) return Promise.resolve(false);
    const waiters = this.waiters.get(channel) ?? new Set<Waiter>();
    this.waiters.set(channel, waiters);
    this.start();
    return new Promise((resolve) => {
      const answer = (woken: boolean): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        waiters.delete(waiter);
        resolve(woken);
      };
      const giveUp = (): void => {
        answer(false);
      };
      const waiter = { wants, answer };
      const timer = setTimeout(giveUp, ms);
      signal?.addEventListener('abort', giveUp);
      waiters.add(waiter);
      void this.work();
    });
  }

  /**
   * Looks, and looks again at each notice, until there is enough to see, `ms` are over, the signal aborts or the process is
   * stopping. Listens before it looks, so that nothing slips in between.
   * @returns what it saw last
   */
  async lookUntil<Seen>(
    { channel, wants, ms, signal }: Lookout,
    look: () => Promise<Seen>,
    isEnough: (seen: Seen) => boolean,
  ): Promise<Seen> {
    const until = Date.now() + ms;
    for (let over = ms <= 0; ;) {
      const seenEnough = new AbortController();
      const stop = AbortSignal.any([signal, seenEnough.signal]);
      const news = over ? Promise.resolve(false) : this.wait(channel, wants, until - Date.now(), stop);
      try {
        const seen = await look();
        if (over || isEnough(seen)) return seen;
        over = !(await news);
      } finally {
        seenEnough.abort();
      }
    }
  }

  /** Ends every wait, and lets no more begin; notices are still sent, for those who finish their work. */
  onModuleDestroy(): void {
    this.released = true;
    for (const waiters of this.waiters.values()) for (const waiter of waiters) waiter.answer(false);
  }

  async onApplicationShutdown(): Promise<void> {
    this.onModuleDestroy();
    this.closed.abort();
    await this.running;
  }

  private start(): void {
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    while (!this.closed.signal.aborted) {
      try {
        await this.connected();
      } catch (error) {
        this.log.warn({ err: error }, 'The connection for notifications was lost; connecting again');
      }
      await sleep(RECONNECT_MS, undefined, { signal: this.closed.signal }).catch(() => undefined);
    }
  }

  /** From connecting to the loss of the connection (throws) or to the end (returns). */
  private async connected(): Promise<void> {
    const client = new Client(this.settings);
    const over = new AbortController();
    client.on('notification', (notice) => {
      this.receive(notice);
    });
    client.on('error', (error) => {
      over.abort(error);
    });
    client.on('end', () => {
      over.abort(new Error('The server closed the connection'));
    });
    const either = AbortSignal.any([over.signal, this.closed.signal]);
    try {
      await client.connect();
      this.session = { client, over };
      while (!either.aborted) {
        this.beat = true;
        await this.work();
        await sleep(HEARTBEAT_MS, undefined, { signal: either }).catch(() => undefined);
      }
      if (over.signal.aborted) throw over.signal.reason as Error;
    } finally {
      this.session = undefined;
      this.listening.clear();
      await Promise.race([client.end().catch(() => undefined), sleep(END_MS)]);
    }
  }

  /** Does what is to be done on the connection, one statement at a time. */
  private async work(): Promise<void> {
    if (this.busy || !this.session) return;
    this.busy = true;
    const { client, over } = this.session;
    try {
      await this.workOn(client);
    } catch (error) {
      over.abort(error);
    } finally {
      this.busy = false;
    }
  }

  private async workOn(client: Client): Promise<void> {
    for (;;) {
      const unheard = [...this.waiters.keys()].filter((channel) => !this.listening.has(channel));
      if (unheard.length > 0) {
        await client.query(unheard.map((channel) => `LISTEN ${escapeIdentifier(channel)}`).join('; '));
        for (const channel of unheard) {
          this.listening.add(channel);
          for (const waiter of this.waiters.get(channel) ?? []) waiter.answer(true);
        }
      } else if (this.unsent.size > 0) {
        await this.send(client);
        await sleep(GATHER_MS);
      } else if (this.beat) {
        this.beat = false;
        await client.query('SELECT 1');
      } else {
        return;
      }
    }
  }

  private async send(client: Client): Promise<void> {
    const notices = [...this.unsent];
    this.unsent.clear();
    try {
      await client.query(
        'SELECT pg_notify(channel, payload) FROM unnest($1::text[], $2::text[]) AS n (channel, payload)',
        [notices.map(([, [channel]]) => channel), notices.map(([, [, payload]]) => payload)],
      );
    } catch (error) {
      for (const [key, notice] of notices) this.unsent.set(key, notice);
      throw error;
    }
  }

  private receive({ channel, payload = '' }: Notification): void {
    for (const waiter of this.waiters.get(channel) ?? []) if (waiter.wants(payload)) waiter.answer(true);
  }
}
