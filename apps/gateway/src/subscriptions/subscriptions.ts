import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { refusal, type ToldType } from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import {
  type Caller,
  FEED_CHANNEL,
  Notifications,
  SecretBox,
  secretPurpose,
  SUBSCRIPTION_CHANNEL,
  type SubscriptionChange,
  SubscriptionEntity,
  SubscriptionStore,
  type WebhookSettings,
  newSubscription,
} from '@axis/storage';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { actingFor } from '../access/acting-for';
import { type Cursor, Events } from '../events/events';
import { OwnQueues } from './own-queues';

const MOST_OF_A_SYSTEM = 20;
/** How long the secret before is still good after a change. */
const OVERLAP_MS = 24 * 60 * 60_000;
/** A little longer than a webhook has time to answer. */
const PING_MS = 15_000;

export interface NewWebhook {
  readonly url: string;
  readonly signing: WebhookSettings['signing'];
  readonly batch: boolean;
  readonly types?: readonly ToldType[] | undefined;
  readonly agencies?: readonly string[] | undefined;
  readonly from?: Cursor;
}

/** What is absent stays as it is; null stands for all. */
export interface WebhookChange {
  readonly url?: string | undefined;
  readonly batch?: boolean | undefined;
  readonly types?: readonly ToldType[] | null | undefined;
  readonly agencies?: readonly string[] | null | undefined;
  readonly active?: boolean | undefined;
  readonly cursor?: Cursor;
}

/** A secret in the form of Standard Webhooks. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** Systems order the events of their agencies brought to them, and see how that goes. */
@Injectable()
export class Subscriptions {
  constructor(
    private readonly database: DataSource,
    private readonly subscriptions: SubscriptionStore,
    private readonly events: Events,
    private readonly secrets: SecretBox,
    private readonly notifications: Notifications,
    private readonly queues: OwnQueues,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @returns with the secret, when it is signed by one; it is told this once */
  async create(
    caller: Caller,
    wish: NewWebhook,
    now: Date,
  ): Promise<{ made: SubscriptionEntity; secret: string | null }> {
    const { signing, batch, types, agencies, from = 'now' } = wish;
    const id = uuidv7();
    const secret = signing === 'hmac-sha256' ? newSecret() : null;
    const made = newSubscription(
      {
        systemId: caller.systemId,
        kind: 'webhook',
        settings: { url: this.requireAddress(wish.url), signing, batch },
        types: types ? [...types] : null,
        agencyIds: agencies ? idsOf(caller, agencies) : null,
        cursor: String(await this.events.startAt(from)),
      },
      now,
      { id, secret: secret === null ? null : this.secrets.seal(secret, secretPurpose(id)) },
    );
    await this.database.transaction(async (manager) => {
      const count = await this.subscriptions.lockAndCount(manager, caller.systemId);
      if (count >= MOST_OF_A_SYSTEM) throw refusal('subscriptions.too_many', { limit: MOST_OF_A_SYSTEM });
      await this.subscriptions.insert(manager, made);
      this.notifications.notify(manager, FEED_CHANNEL);
    });
    return { made, secret };
  }

  list(caller: Caller, after: string | undefined, limit: number): Promise<SubscriptionEntity[]> {
    return this.subscriptions.ofSystem(caller.systemId, after, limit);
  }

  /** @throws Refusal `subscription.not_found` */
  async one(caller: Caller, id: string): Promise<SubscriptionEntity> {
    return found(await this.subscriptions.find(caller.systemId, id));
  }

  change(caller: Caller, id: string, wish: WebhookChange, now: Date): Promise<SubscriptionEntity> {
    return this.changed(caller, id, async (one, manager) => {
      if (one.kind === 'amqp' && (wish.url ?? wish.batch) !== undefined) throw refusal('subscription.no_address');
      const active = wish.active ?? one.active;
      // To be enabled again after long is to miss what is no longer kept, unless another place is given to go on from.
      const place = wish.cursor ?? (active ? one.cursor : undefined);
      const settings = {
        ...one.settings,
        ...(wish.url !== undefined && { url: this.requireAddress(wish.url) }),
        ...(wish.batch !== undefined && { batch: wish.batch }),
      };
      return {
        settings,
        active,
        ...(place !== undefined && { cursor: String(await this.events.startAt(place, manager)) }),
        ...(wish.types !== undefined && { types: wish.types && [...wish.types] }),
        ...(wish.agencies !== undefined && { agencyIds: wish.agencies && idsOf(caller, wish.agencies) }),
        // Whoever changes it wants to see at once whether it goes.
        ...(active && { disabled: null, failures: 0, failingSince: null, nextAttemptAt: now }),
      };
    });
  }

  /** Gives it another secret, beside which the one before stays good for a day. @returns the new one, told this once */
  async renewSecret(caller: Caller, id: string, now: Date): Promise<{ changed: SubscriptionEntity; secret: string }> {
    const secret = newSecret();
    const changed = await this.changed(caller, id, (one) => {
      if (!one.secret) throw refusal('subscription.no_secret');
      return {
        secret: this.secrets.seal(secret, secretPurpose(id)),
        previousSecret: one.secret,
        previousSecretUntil: new Date(now.getTime() + OVERLAP_MS),
      };
    });
    return { changed, secret };
  }

  /** Sends a test event, also to one that is disabled, and waits for what becomes of it. */
  async ping(caller: Caller, id: string, now: Date, signal: AbortSignal): Promise<SubscriptionEntity> {
    const until = Date.now() + PING_MS;
    await this.changed(caller, id, () => ({ pingAskedAt: now }));
    for (;;) {
      const enough = new AbortController();
      const stop = AbortSignal.any([signal, enough.signal]);
      const ours = (payload: string) => payload === id;
      const news = this.notifications.wait(SUBSCRIPTION_CHANNEL, ours, until - Date.now(), stop);
      try {
        const one = await this.one(caller, id);
        if (!one.pingAskedAt || !(await news)) return one;
      } finally {
        enough.abort();
      }
    }
  }

  async remove(caller: Caller, id: string): Promise<SubscriptionEntity> {
    const { kind } = await this.one(caller, id);
    if (kind === 'amqp') return found(await this.queues.remove(caller.systemId));
    return this.database.transaction(async (manager) => {
      const one = found(await this.subscriptions.lock(manager, caller.systemId, id));
      await this.subscriptions.remove(manager, one);
      return one;
    });
  }

  private changed(
    caller: Caller,
    id: string,
    change: (one: SubscriptionEntity, manager: EntityManager) => SubscriptionChange | Promise<SubscriptionChange>,
  ): Promise<SubscriptionEntity> {
    return this.database.transaction(async (manager) => {
      const one = found(await this.subscriptions.lock(manager, caller.systemId, id));
      await this.subscriptions.change(manager, one, await change(one, manager));
      this.notifications.notify(manager, FEED_CHANNEL);
      return one;
    });
  }

  private requireAddress(text: string): string {
    const url = new URL(text);
    if (url.username !== '' || url.password !== '') {
      throw refusal('webhook.address_invalid', { detailEn: 'it holds a password', detailVi: 'địa chỉ chứa mật khẩu' });
    }
    if (url.protocol !== 'https:' && !this.config.webhooks.allowPrivate) {
      throw refusal('webhook.address_invalid', { detailEn: 'it is not https', detailVi: 'không phải https' });
    }
    url.hash = '';
    return url.toString();
  }
}

/** @throws Refusal `agency.not_yours` */
export function idsOf(caller: Caller, codes: readonly string[]): string[] {
  return [...new Set(codes.flatMap((code) => actingFor(caller, code)))];
}

function found(one: SubscriptionEntity | null): SubscriptionEntity {
  if (!one) throw refusal('subscription.not_found');
  return one;
}
