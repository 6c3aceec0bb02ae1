import type { Provider } from '@nestjs/common';
import { SystemQueues } from '@axis/messaging';
import { CONFIG, type Config } from '@axis/platform';
import { SubscriptionStore } from '@axis/storage';
import { DataSource } from 'typeorm';
import { OwnQueues } from './own-queues';

/** Queues are offered where the broker's management API is known. */
export const ownQueuesProvider: Provider = {
  provide: OwnQueues,
  inject: [DataSource, SubscriptionStore, CONFIG],
  useFactory: (database: DataSource, subscriptions: SubscriptionStore, { amqp }: Config) =>
    ownQueues(database, subscriptions, amqp),
};

export function ownQueues(database: DataSource, subscriptions: SubscriptionStore, amqp: Config['amqp']): OwnQueues {
  const { url, managementUrl, namespace } = amqp;
  const offered = url !== undefined && managementUrl !== undefined;
  const queues = offered ? new SystemQueues({ url, managementUrl, namespace }) : undefined;
  return new OwnQueues(database, subscriptions, queues, amqp);
}
