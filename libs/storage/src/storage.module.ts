import { type DynamicModule, Module, Optional } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EVENT_PUBLISHER, type EventPublisher, Readiness } from '@axis/platform';
import type { ClientConfig } from 'pg';
import { DataSource } from 'typeorm';
import { ContentStore } from './content/content-store';
import { ArrivalRegister } from './deliveries/arrival-register';
import { DeadlineStore } from './deliveries/deadline.store';
import { DeliveryListStore } from './deliveries/delivery-list.store';
import { DeliveryStore } from './deliveries/delivery.store';
import { ExchangeListStore } from './deliveries/exchange-list.store';
import { Directory } from './directory/directory.store';
import { RemoveReceivers } from './deliveries/remove-receivers';
import { StatusMessageStore } from './deliveries/status-message.store';
import { DocumentStore } from './documents/document.store';
import { DocumentNames } from './documents/document-names';
import { LinkStore } from './documents/link.store';
import { RetentionStore } from './documents/retention.store';
import { SealStore } from './documents/seal.store';
import { FeedStore } from './feed/feed.store';
import { connectionSettings, dataSourceOptions, type StorageOptions } from './data-source';
import { StorageMaintenance } from './maintenance';
import { Notifications } from './notifications';
import { Outbox } from './outbox/outbox';
import { OutboxRelay } from './outbox/outbox-relay';
import { ReceiptStore } from './receipts/receipt.store';
import { SubscriptionLeases } from './subscriptions/subscription-leases';
import { SubscriptionStore } from './subscriptions/subscription.store';
import { SystemStore } from './systems/system.store';

const CONNECTION = Symbol('storage connection');

const stores = [
  ContentStore,
  DocumentStore,
  DocumentNames,
  LinkStore,
  RetentionStore,
  DeliveryStore,
  ExchangeListStore,
  DeliveryListStore,
  DeadlineStore,
  ArrivalRegister,
  StatusMessageStore,
  RemoveReceivers,
  Directory,
  ReceiptStore,
  SealStore,
  SystemStore,
  FeedStore,
  SubscriptionStore,
  SubscriptionLeases,
];

/** The database of a process, once in it: the entities' data source, contents, outbox and notifications, everywhere. */
@Module({})
export class StorageModule {
  static forRoot(options: StorageOptions): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      imports: [TypeOrmModule.forRoot(dataSourceOptions(options))],
      providers: [
        { provide: CONNECTION, useValue: connectionSettings(options) },
        {
          provide: Notifications,
          inject: [CONNECTION],
          useFactory: (settings: ClientConfig) => new Notifications(settings),
        },
        ...stores,
        Outbox,
        StorageMaintenance,
      ],
      exports: [CONNECTION, ...stores, Notifications, Outbox],
    };
  }

  constructor(dataSource: DataSource, @Optional() readiness?: Readiness) {
    readiness?.add('database', async () => {
      await dataSource.query('SELECT 1');
      return true;
    });
  }
}

/** Publishes the outbox. In as many processes as one likes: one relay is active, the others stand by. */
@Module({
  providers: [
    {
      provide: OutboxRelay,
      inject: [CONNECTION, EVENT_PUBLISHER],
      useFactory: (settings: ClientConfig, publisher: EventPublisher) => new OutboxRelay(settings, publisher),
    },
  ],
  exports: [OutboxRelay],
})
export class OutboxRelayModule {}
