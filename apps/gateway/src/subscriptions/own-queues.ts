import { refusal, type ToldType } from '@axis/edoc';
import { type SystemQueues, systemQueueOf } from '@axis/messaging';
import type { Config } from '@axis/platform';
import {
  type AmqpSettings,
  FeedHeadEntity,
  SubscriptionEntity,
  type SubscriptionStore,
  SystemEntity,
  newSubscription,
} from '@axis/storage';
import type { DataSource, EntityManager } from 'typeorm';

export interface QueueWish {
  /** All, when null. */
  readonly types: readonly ToldType[] | null;
  /** All that the system acts for, when null. */
  readonly agencyIds: readonly string[] | null;
  /** Events after this place of the feed. Absent: where it was, and for a new one what is told from now on. */
  readonly cursor?: number | undefined;
}

export interface OpenQueue {
  readonly subscription: SubscriptionEntity;
  /** Told this once: the axis does not keep it. Null: the one that was told before is still good. */
  readonly password: string | null;
}

interface System {
  readonly manager: EntityManager;
  readonly clientId: string;
  /** Its subscription of kind amqp, held until the transaction ends. */
  readonly known: SubscriptionEntity | null;
}

/**
 * The queue a system may have on the broker: one, with a user who may read it. Broker and database change one after the other, for one
 * system at a time; whatever comes between, the same call again brings them together.
 *
 * Throws Refusal `amqp.not_offered`, and ManagementError when the broker does not do what it is asked.
 */
export class OwnQueues {
  constructor(
    private readonly database: DataSource,
    private readonly subscriptions: SubscriptionStore,
    private readonly queues: SystemQueues | undefined,
    private readonly amqp: Config['amqp'],
  ) {}

  /** Where systems reach the broker. */
  get address(): string {
    return brokerAddress(this.amqp);
  }

  /** The queue's name on the broker, which is its user's too. */
  nameOf({ settings }: SubscriptionEntity): string {
    return (settings as AmqpSettings).queue;
  }

  find(systemId: string): Promise<SubscriptionEntity | null> {
    return this.database.manager.findOneBy(SubscriptionEntity, { systemId, kind: 'amqp' });
  }

  /** Makes the queue and its user where they are missing, and begins or goes on to fill it. */
  open(systemId: string, { types, agencyIds, cursor }: QueueWish, now: Date): Promise<OpenQueue> {
    const queues = this.required();
    return this.alone(systemId, async ({ manager, clientId, known }) => {
      const made = await queues.open(clientId);
      const wish = {
        settings: { queue: systemQueueOf(this.amqp.namespace, clientId) },
        types: types && [...types],
        agencyIds: agencyIds && [...agencyIds],
      };
      if (known) {
        await this.subscriptions.change(manager, known, {
          ...wish,
          ...(cursor !== undefined && { cursor: String(cursor) }),
          ...{ active: true, disabled: null, failures: 0, failingSince: null, nextAttemptAt: now },
        });
        return { subscription: known, password: made ?? null };
      }
      const start = cursor ?? (await manager.findOneByOrFail(FeedHeadEntity, { one: true })).newest;
      const subscription = newSubscription({ systemId, kind: 'amqp', ...wish, cursor: String(start) }, now);
      await this.subscriptions.insert(manager, subscription);
      // A user that was there already is left over from an attempt whose answer came to nobody.
      return { subscription, password: made ?? (await queues.renewPassword(clientId)) };
    });
  }

  /** Another password at once; connections made by the one before end. @throws Refusal `subscription.not_found` */
  renewPassword(systemId: string): Promise<OpenQueue> {
    const queues = this.required();
    return this.alone(systemId, async ({ clientId, known }) => {
      if (!known) throw refusal('subscription.not_found');
      const password = (await queues.open(clientId)) ?? (await queues.renewPassword(clientId));
      return { subscription: known, password };
    });
  }

  /**
   * Its user, and the queue with what is in it, go; also when they are all that is left.
   * @returns the subscription as it was
   */
  remove(systemId: string): Promise<SubscriptionEntity | null> {
    const queues = this.required();
    return this.alone(systemId, async ({ manager, clientId, known }) => {
      if (known) await this.subscriptions.remove(manager, known);
      await queues.remove(clientId);
      return known;
    });
  }

  private required(): SystemQueues {
    if (!this.queues) throw refusal('amqp.not_offered');
    return this.queues;
  }

  private alone<T>(systemId: string, work: (system: System) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      const { clientId } = await manager.findOneOrFail(SystemEntity, {
        where: { id: systemId },
        lock: { mode: 'for_no_key_update' },
      });
      const known = await manager.findOne(SubscriptionEntity, {
        where: { systemId, kind: 'amqp' },
        lock: { mode: 'pessimistic_write' },
      });
      return work({ manager, clientId, known });
    });
  }
}

/** As it is told to everybody: without the user that the axis comes by. */
export function brokerAddress({ publicUrl, url }: Config['amqp']): string {
  const address = new URL(publicUrl ?? url ?? '');
  address.username = '';
  address.password = '';
  return address.href;
}
