import { Inject, Injectable } from '@nestjs/common';
import { type AgencyId, SUBSCRIPTION_DISABLED } from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import {
  cloudEventOf,
  type FeedEntity,
  FeedStore,
  type Leased,
  Notifications,
  pingEvent,
  SUBSCRIPTION_CHANNEL,
  SubscriptionLeases,
} from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { backOffMs } from './back-off';
import * as metrics from './metrics';
import { type Failure, type Push, PUSHES } from './push';

const DAY_MS = 86_400_000;
/** Read from the feed at a time. */
const BATCH = 100;

/** `stopping`: begin nothing more; `leaving`: leave also what is in hand. */
export interface Stop {
  readonly stopping: AbortSignal;
  readonly leaving: AbortSignal;
}

/** Brings one subscription what is new for it, from its cursor to the end of the feed or to the first failure. */
@Injectable()
export class ServeSubscription {
  private readonly pushes: ReadonlyMap<string, Push>;

  constructor(
    private readonly database: DataSource,
    private readonly feed: FeedStore,
    private readonly leases: SubscriptionLeases,
    private readonly notifications: Notifications,
    private readonly log: PinoLogger,
    @Inject(PUSHES) pushes: readonly Push[],
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.pushes = new Map(pushes.map((push) => [push.kind, push]));
  }

  /**
   * A ping first, where one was asked for; else what is new, until nothing is left. When this throws, the lease is kept:
   * the subscription is tried again when that has run out.
   */
  async serve(own: Leased, until: Stop): Promise<void> {
    const push = this.pushes.get(own.kind);
    if (!push) throw new Error(`there is no way to push to a subscription of kind ${own.kind}`);
    if (own.pingAskedAt) await this.ping(own, push, until.leaving);
    else await this.bring(own, push, until);
    await this.leases.release(own);
  }

  private async ping(own: Leased, push: Push, signal: AbortSignal): Promise<void> {
    const now = new Date();
    const { failure } = await push.send(own, [pingEvent(uuidv7(), own.id, now)], signal);
    if (signal.aborted) return;
    await this.leases.pinged(own, { at: now.toISOString(), ...(failure && { failure: shown(failure) }) });
    this.notifications.notify(this.database.manager, SUBSCRIPTION_CHANNEL, own.id);
  }

  private async bring(own: Leased, push: Push, { stopping, leaving }: Stop): Promise<void> {
    let cursor = Number(own.cursor);
    let { failures, failingSince } = own;
    for (;;) {
      const { newest } = await this.feed.bounds();
      const agencies = await this.leases.agenciesOf(own);
      const entries = await this.read(own, agencies, cursor, newest);
      if (entries.length === 0) {
        await this.leases.skip(own, Math.max(newest, cursor));
        return;
      }
      const { taken, failure } = await push.send(own, entries.map(cloudEventOf), leaving);
      metrics.pushed.inc({ kind: own.kind }, taken);
      const last = entries[taken - 1];
      if (last) {
        cursor = Number(last.position);
        failures = 0;
        failingSince = null;
        if (!(await this.leases.advance(own, cursor))) return;
      }
      if (leaving.aborted) return;
      if (failure) {
        metrics.pushFailed.inc({ kind: own.kind });
        const tooLong = Date.now() - (failingSince?.getTime() ?? Infinity) > this.config.webhooks.disableDays * DAY_MS;
        if (failure.gone || tooLong) await this.disable(own, failure, agencies);
        else await this.tryLater(own, failure, failures + 1);
        return;
      }
      if (stopping.aborted) return;
    }
  }

  private read({ types }: Leased, agencies: readonly AgencyId[], after: number, through: number) {
    return this.feed.read({ agencies, types: types ?? undefined, after, through, limit: BATCH });
  }

  private async tryLater(own: Leased, failure: Failure, failures: number): Promise<void> {
    const { id: subscriptionId, systemId } = own;
    const retryInMs = Math.min(backOffMs(failures, failure.retryAfterMs), failure.retryWithinMs ?? Infinity);
    await this.leases.fail(own, shown(failure), retryInMs);
    this.log.info({ subscriptionId, systemId, failure: shown(failure), failures, retryInMs }, 'a push failed');
  }

  /** Nothing is lost by it: the feed keeps what was not brought, for when its system enables it again. */
  private async disable(own: Leased, failure: Failure, agencies: readonly AgencyId[]): Promise<void> {
    const { id: subscriptionId, systemId } = own;
    const reason = failure.gone ? 'the receiver wants nothing more' : 'every attempt failed for too long';
    const disabled = { at: new Date().toISOString(), reason };
    await this.database.transaction(async (manager) => {
      if (!(await this.leases.disable(manager, own, shown(failure), disabled))) return;
      await this.feed.append(
        manager,
        agencies.map((agencyId) => notice(own, agencyId, reason)),
      );
    });
    metrics.disabled.inc({ kind: own.kind });
    this.log.warn({ subscriptionId, systemId, failure: shown(failure), reason }, 'subscription disabled');
  }
}

const shown = ({ reason, status }: Failure) => ({ reason, ...(status !== undefined && { status }) });

/** Told in the feeds, where its system may still be reading, or where another of its subscriptions brings it. */
function notice({ id, kind }: Leased, agencyId: AgencyId, reason: string): Omit<FeedEntity, 'position' | 'recordedAt'> {
  return {
    agencyId,
    id: uuidv7(),
    role: 'subscriber',
    type: SUBSCRIPTION_DISABLED,
    documentId: null,
    deliveryId: null,
    occurredAt: new Date(),
    data: { subscriptionId: id, kind, reason },
  };
}
