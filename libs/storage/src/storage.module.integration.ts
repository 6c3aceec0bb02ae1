import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_PUBLISHER, type EventEnvelope, HealthModule, Readiness } from '@axis/platform';
import { monthAt, newDocumentId } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import { Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { ContentStore } from './content/content-store';
import { StorageMaintenance } from './maintenance';
import { Notifications } from './notifications';
import { Outbox } from './outbox/outbox';
import { OutboxRelayModule, StorageModule } from './storage.module';

Logger.overrideLogger(false);

const APPLICATION = 'axis module test';
const published: EventEnvelope[] = [];
const publisher = {
  publish(events: readonly EventEnvelope[]) {
    published.push(...events);
    return Promise.resolve(events.map(() => 'confirmed'));
  },
};

@Module({ providers: [{ provide: EVENT_PUBLISHER, useValue: publisher }], exports: [EVENT_PUBLISHER] })
class PublisherModule {}

let storage: TestStorage;
let app: TestingModule;

beforeAll(async () => {
  storage = await testStorage();
  // As after an upload that a crash cut off, and months in which nobody looked after the partitions.
  await storage.dataSource.query(
    `INSERT INTO uploads VALUES (gen_random_uuid(), '2026-01-01', now() - interval '1 day')`,
  );
  await storage.dataSource.query(`DROP TABLE ${currentPartition()}`);
  app = await Test.createTestingModule({
    imports: [
      HealthModule,
      { module: PublisherModule, global: true },
      StorageModule.forRoot({ url: storage.url, pool: 4, applicationName: APPLICATION }),
      OutboxRelayModule,
    ],
  }).compile();
  await app.init();
});
afterAll(() => storage.drop());

const currentPartition = (): string => `contents_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;

it('brings the database in order when it starts', async () => {
  expect(app.get(StorageMaintenance)).toBeDefined();
  expect(await storage.dataSource.query('SELECT FROM uploads')).toEqual([]);
  const [found] = await storage.dataSource.query<unknown[]>('SELECT to_regclass($1)::text AS name', [
    currentPartition(),
  ]);
  expect(found).toEqual({ name: currentPartition() });
});

it('stores, tells and publishes in one transaction', async () => {
  const documentId = newDocumentId();
  const bytes = Buffer.from('văn bản');
  const month = monthAt(new Date());
  const told = app.get(Notifications);
  await told.wait('inbox', () => true, 5_000);
  const waiting = told.wait('inbox', () => true, 5_000);
  const hash = await app.get(DataSource).transaction(async (manager) => {
    const [hash] = await app.get(ContentStore).put(manager, month, [bytes]);
    const event = { type: 'document.submitted', subject: documentId, source: 'gateway', data: { documentId } } as const;
    await app.get(Outbox).add(manager, [event], new Date());
    told.notify(manager, 'inbox', 'G12');
    return hash;
  });
  expect(await waiting).toBe(true);
  expect(await app.get(ContentStore).readAll(month, hash ?? Buffer.alloc(0))).toEqual(bytes);
  for (let tries = 0; published.length === 0 && tries < 200; tries++) await sleep(10);
  expect(published.map(({ subject }) => subject)).toEqual([documentId]);
});

it('is ready while its database answers', async () => {
  const [check] = app.get(Readiness).all();
  expect(await check?.()).toEqual({ database: { status: 'up' } });
});

it('leaves no connection behind when it closes', async () => {
  await app.close();
  const others = await storage.dataSource.query<unknown[]>(
    'SELECT pid, query FROM pg_stat_activity WHERE application_name = $1',
    [APPLICATION],
  );
  expect(others).toEqual([]);
});
