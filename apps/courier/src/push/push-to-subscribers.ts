import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { FEED_CHANNEL, type Leased, Notifications, SubscriptionLeases } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { type Push, PUSHES } from './push';
import { ServeSubscription } from './serve-subscription';

/** Subscriptions served side by side by one process: each is little more than an open connection. */
const MOST_SERVED = 200;
/** Of these, failing ones at most: however many hang until their time is up, the others find room. */
const MOST_FAILING = 100;
/** Also without a notice, for what waited for its next attempt. */
const LOOK_EVERY_MS = 1_000;
/**
 * News of many transactions are looked for together; and with however many subscriptions, looking takes a fifth
 * of the time at most.
 */
const GATHER_MS = 20;
const REST_FOR_LOOK = 4;
const MINUTE_MS = 60_000;
/** What is in hand when the process stops may still finish within this. */
const FAREWELL_MS = 5_000;

/** Finds the subscriptions for which there is something new, and serves them side by side; several processes share them. */
@Injectable()
export class PushToSubscribers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly leaving = new AbortController();
  private readonly served = new Set<Promise<void>>();
  private failing = 0;
  private roomAgain = new AbortController();
  private running: Promise<void> | undefined;
  private readonly kinds: readonly Push['kind'][];

  constructor(
    private readonly leases: SubscriptionLeases,
    private readonly serving: ServeSubscription,
    private readonly notifications: Notifications,
    private readonly log: PinoLogger,
    @Inject(PUSHES) pushes: readonly Push[],
  ) {
    this.kinds = pushes.map(({ kind }) => kind);
  }

  onApplicationBootstrap(): void {
    this.running ??= this.run();
  }

  /** Begins nothing more, and ends what is in hand: after an event, or in the middle of it when that takes long. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
    const farewell = setTimeout(() => {
      this.leaving.abort();
    }, FAREWELL_MS);
    await Promise.all(this.served);
    clearTimeout(farewell);
  }

  @Interval(MINUTE_MS)
  async catchUp(): Promise<void> {
    try {
      await this.leases.catchUp();
    } catch (error) {
      this.log.error({ err: error }, 'quiet subscriptions could not be brought up to date; tried again in a minute');
    }
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.roomAgain = new AbortController();
      const enough = AbortSignal.any([this.stopping.signal, this.roomAgain.signal]);
      // Listens before it looks, so that nothing slips in between.
      const news = this.notifications.wait(FEED_CHANNEL, () => true, LOOK_EVERY_MS, enough);
      const began = performance.now();
      let tookMs = 0;
      try {
        await this.look();
        tookMs = performance.now() - began;
        await news;
      } catch (error) {
        this.log.error({ err: error }, 'subscriptions could not be looked through; tried again in a second');
        await sleep(LOOK_EVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
      await sleep(Math.max(GATHER_MS, tookMs * REST_FOR_LOOK));
    }
  }

  private async look(): Promise<void> {
    const { kinds } = this;
    for (const failing of [false, true]) {
      const room = MOST_SERVED - this.served.size;
      const limit = failing ? Math.min(room, MOST_FAILING - this.failing) : room;
      if (limit <= 0) continue;
      for (const own of await this.leases.claim({ kinds, failing, limit })) this.start(own);
    }
  }

  private start(own: Leased): void {
    const failing = own.failures > 0;
    if (failing) this.failing += 1;
    const work = this.serving
      .serve(own, { stopping: this.stopping.signal, leaving: this.leaving.signal })
      .catch((error: unknown) => {
        this.log.error({ err: error, subscriptionId: own.id }, 'a subscription could not be served; tried again later');
      });
    const kept = work.finally(() => {
      this.served.delete(kept);
      if (failing) this.failing -= 1;
      // What came while it was ours was not noticed.
      this.roomAgain.abort();
    });
    this.served.add(kept);
  }
}
