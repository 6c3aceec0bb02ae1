import { setTimeout as sleep } from 'node:timers/promises';
import { type DocumentId, newDocumentId } from '@axis/edoc';
import type { EventEnvelope, EventPublisher, PublishOutcome } from '@axis/platform';
import { childProgram, testStorage, type TestStorage } from '@axis/testing';
import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { connectionSettings } from '../data-source';
import { Notifications } from '../notifications';
import { type NewEvent, Outbox } from './outbox';
import { OutboxRelay } from './outbox-relay';

Logger.overrideLogger(false);

/** Confirms and keeps everything, unless told to do otherwise. */
class Publisher implements EventPublisher {
  readonly events: EventEnvelope[] = [];
  answer: (event: EventEnvelope) => PublishOutcome = () => 'confirmed';

  async publish(events: readonly EventEnvelope[]): Promise<PublishOutcome[]> {
    await sleep(1);
    const outcomes = events.map((event) => this.answer(event));
    this.events.push(...events.filter((_, i) => outcomes[i] === 'confirmed'));
    return outcomes;
  }

  get ids(): string[] {
    return this.events.map(({ id }) => id);
  }
}

let storage: TestStorage;
let notifications: Notifications;
let outbox: Outbox;
let publisher: Publisher;
let relays: OutboxRelay[];

beforeAll(async () => {
  storage = await testStorage();
});
afterAll(() => storage.drop());
beforeEach(async () => {
  await storage.dataSource.query('TRUNCATE outbox');
  notifications = new Notifications(connectionSettings({ url: storage.url }));
  outbox = new Outbox(notifications);
  publisher = new Publisher();
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.onModuleDestroy()));
  await notifications.onApplicationShutdown();
});

function startRelay(to: EventPublisher = publisher): OutboxRelay {
  const relay = new OutboxRelay(connectionSettings({ url: storage.url, applicationName: 'relay' }), to);
  relays.push(relay);
  relay.onApplicationBootstrap();
  return relay;
}

const submitted = (documentId: DocumentId = newDocumentId()): NewEvent => ({
  type: 'document.submitted',
  subject: documentId,
  source: 'gateway',
  data: { documentId },
});
const many = (length: number): NewEvent[] => Array.from({ length }, () => submitted());
const add = (events: readonly NewEvent[]): Promise<string[]> =>
  transaction((manager) => outbox.add(manager, events, new Date()));
const transaction = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
  storage.dataSource.transaction(work);
const waiting = async (): Promise<number> => {
  const [row] = await storage.dataSource.query<{ n: number }[]>('SELECT count(*)::integer AS n FROM outbox');
  return row?.n ?? NaN;
};

async function until(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const start = Date.now();
  while (!(await holds())) {
    if (Date.now() - start > withinMs) throw new Error(`Waited ${withinMs} ms in vain for ${holds.toString()}`);
    await sleep(5);
  }
}

describe('the outbox', () => {
  it('publishes what was committed, as a CloudEvent, and is empty then', async () => {
    startRelay();
    const documentId = newDocumentId();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const [first, second] = await add([{ ...submitted(documentId), traceparent }, submitted()]);
    await until(() => publisher.events.length === 2);
    expect(publisher.events[0]).toEqual({
      id: first,
      type: 'document.submitted',
      subject: documentId,
      source: 'gateway',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      traceparent,
      data: { documentId },
    });
    expect(publisher.events[1]).not.toHaveProperty('traceparent');
    expect(publisher.events[1]?.id).toBe(second);
    await until(async () => (await waiting()) === 0);
  });

  it('publishes nothing of a transaction that rolled back', async () => {
    startRelay();
    const failing = transaction(async (manager) => {
      await outbox.add(manager, many(3), new Date());
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const ids = await add(many(1));
    await until(() => publisher.events.length > 0);
    await sleep(50);
    expect(publisher.ids).toEqual(ids);
  });

  it('keeps the order, over many batches', async () => {
    const ids = [...(await add(many(1200))), ...(await add(many(700)))];
    startRelay();
    await until(async () => (await waiting()) === 0);
    expect(publisher.ids).toEqual(ids);
  });

  it('is woken by a commit, not only by its poll', async () => {
    const relay = startRelay();
    await until(() => relay.active);
    await add(many(1));
    await until(() => publisher.events.length === 1);
    const latencies: number[] = [];
    for (let i = 0; i < 10; i++) {
      await sleep(20);
      const [id] = await add(many(1));
      const start = performance.now();
      await until(() => publisher.ids.at(-1) === id);
      latencies.push(performance.now() - start);
    }
    latencies.sort((a, b) => a - b);
    // The poll comes once a second: half of them sooner than that were woken.
    expect(latencies[5]).toBeLessThan(900);
  });

  it('wakes only once the outermost transaction is over', async () => {
    const relay = startRelay();
    await until(() => relay.active);
    await transaction(async (outer) => {
      await outer.transaction((inner) => outbox.add(inner, many(1), new Date()));
      await sleep(100);
      expect(publisher.events).toEqual([]);
    });
    await until(() => publisher.events.length === 1);
  });
});

it('finds an event whose transaction was long in coming, thousands of others after it', async () => {
  startRelay();
  const slow = storage.dataSource.createQueryRunner();
  await slow.startTransaction();
  const [late] = await outbox.add(slow.manager, many(1), new Date());
  for (let i = 0; i < 5; i++) await add(many(1000));
  await until(() => publisher.events.length === 5000);
  await slow.commitTransaction();
  await slow.release();
  await until(() => publisher.ids.at(-1) === late, 6_000);
});

describe('an event the publisher fails', () => {
  it('is kept and tried again, and does not hold up the others', async () => {
    const ids = await add(many(5));
    let attempts = 0;
    publisher.answer = ({ id }) => (id === ids[1] && ++attempts < 3 ? { failed: 'unroutable' } : 'confirmed');
    startRelay();
    await until(() => publisher.events.length === 4);
    const later = await add(many(2));
    await until(async () => (await waiting()) === 0);
    expect(attempts).toBe(3);
    expect(publisher.ids.filter((id) => id !== ids[1])).toEqual([...ids.filter((id) => id !== ids[1]), ...later]);
    expect(publisher.ids.filter((id) => id === ids[1])).toHaveLength(1);
  });

  it('is kept, with all others, while nothing can be published, and the order stands after', async () => {
    const ids = await add(many(800));
    let absent = 3;
    startRelay({
      publish: (events) => (absent-- > 0 ? Promise.reject(new Error('no broker')) : publisher.publish(events)),
    });
    await until(async () => (await waiting()) === 0);
    expect(publisher.ids).toEqual(ids);
  });
});

describe('of several relays', () => {
  it('one is active, and another takes over within seconds of its end', async () => {
    const first = startRelay();
    await until(() => first.active);
    const second = startRelay();
    await sleep(1_500);
    expect([first.active, second.active]).toEqual([true, false]);
    await first.onModuleDestroy();
    await until(() => second.active, 3_000);
    const ids = await add(many(3));
    await until(() => publisher.events.length === 3);
    expect(publisher.ids).toEqual(ids);
  });

  it('one that loses its connection stops, and publishing goes on', async () => {
    startRelay();
    await until(() => relays.some(({ active }) => active));
    startRelay();
    for (let round = 0; round < 3; round++) {
      const published = publisher.events.length;
      await storage.dataSource.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      await add(many(10));
      await until(() => publisher.events.length >= published + 10);
      await until(async () => (await waiting()) === 0);
    }
    expect(relays.filter(({ active }) => active)).toHaveLength(1);
    expect(new Set(publisher.ids).size).toBe(30);
  });
});

it('a relay killed between the broker’s yes and its own note publishes again under the same id', async () => {
  const ids = await add(many(3));
  const program = childProgram(
    `
    require('reflect-metadata');
    const { OutboxRelayModule, StorageModule } = require('@axis/storage');
    const { EVENT_PUBLISHER } = require('@axis/platform');
    const { NestFactory } = require('@nestjs/core');
    const { Module } = require('@nestjs/common');
    const publish = (events) => {
      console.log(JSON.stringify(events.map(({ id }) => id)));
      return new Promise(() => undefined);
    };
    class PublisherModule {}
    Module({})(PublisherModule);
    const publisher = { module: PublisherModule, global: true, providers: [{ provide: EVENT_PUBLISHER, useValue: { publish } }], exports: [EVENT_PUBLISHER] };
    class App {}
    Module({ imports: [StorageModule.forRoot({ url: process.env.DATABASE_URL }), publisher, OutboxRelayModule] })(App);
    NestFactory.createApplicationContext(App, { logger: false });
  `,
    { env: { DATABASE_URL: storage.url } },
  );
  expect(JSON.parse(await program.firstLine)).toEqual(ids);
  program.kill('SIGKILL');
  await program.exited;
  expect(await waiting()).toBe(3);
  startRelay();
  await until(async () => (await waiting()) === 0);
  expect(publisher.ids).toEqual(ids);
});
