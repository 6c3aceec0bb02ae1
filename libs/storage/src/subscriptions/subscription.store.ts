import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { SubscriptionEntity } from './subscription.entity';

/** What its system may change of a subscription, and what follows from it. */
export type SubscriptionChange = Partial<
  Pick<
    SubscriptionEntity,
    | 'settings'
    | 'types'
    | 'agencyIds'
    | 'secret'
    | 'previousSecret'
    | 'previousSecretUntil'
    | 'cursor'
    | 'active'
    | 'failures'
    | 'failingSince'
    | 'nextAttemptAt'
    | 'disabled'
    | 'pingAskedAt'
  >
>;

/** Subscriptions as their systems see them; how they are served is in SubscriptionLeases. */
@Injectable()
export class SubscriptionStore {
  constructor(private readonly database: DataSource) {}

  async insert(manager: EntityManager, subscription: SubscriptionEntity): Promise<void> {
    await manager.insert(SubscriptionEntity, subscription);
  }

  find(systemId: string, id: string): Promise<SubscriptionEntity | null> {
    return this.database.manager.findOneBy(SubscriptionEntity, { systemId, id });
  }

  /** In the order they were made, after `after`. */
  ofSystem(systemId: string, after: string | undefined, limit: number): Promise<SubscriptionEntity[]> {
    return this.database.manager.find(SubscriptionEntity, {
      where: { systemId, ...(after !== undefined && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** The system's subscriptions, counted while nobody else can add one to them until the transaction ends. */
  async lockAndCount(manager: EntityManager, systemId: string): Promise<number> {
    await manager.query('SELECT FROM systems WHERE id = $1 FOR NO KEY UPDATE', [systemId]);
    return manager.countBy(SubscriptionEntity, { systemId });
  }

  /** The subscription, held against other changes until the transaction ends. */
  lock(manager: EntityManager, systemId: string, id: string): Promise<SubscriptionEntity | null> {
    return manager.findOne(SubscriptionEntity, { where: { systemId, id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Changes it, and takes it from whoever serves it just now: what that has in hand may be sent once more. */
  async change(manager: EntityManager, subscription: SubscriptionEntity, change: SubscriptionChange): Promise<void> {
    const anew = { ...change, lease: null, leasedUntil: null };
    Object.assign(subscription, anew);
    await manager.update(SubscriptionEntity, { id: subscription.id }, anew);
  }

  async remove(manager: EntityManager, subscription: SubscriptionEntity): Promise<void> {
    await manager.delete(SubscriptionEntity, { id: subscription.id });
  }
}
