import { setTimeout as sleep } from 'node:timers/promises';
import { type AgencyId, newAgencyId, newDeliveryId, newDocumentId } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import { v7 as uuidv7 } from 'uuid';
import { connectionSettings } from '../data-source';
import { Notifications } from '../notifications';
import { ensurePartitions } from '../partitions';
import { FEED_CHANNEL, FeedStore, type NewFeedEntry } from './feed.store';

let storage: TestStorage;
let notifications: Notifications;
let feed: FeedStore;

beforeEach(async () => {
  storage = await testStorage({ pool: 12 });
  notifications = new Notifications(connectionSettings({ url: storage.url }));
  feed = new FeedStore(storage.dataSource, notifications);
});
afterEach(async () => {
  await notifications.onApplicationShutdown();
  await storage.drop();
});

function entry(agencyId: AgencyId, differing: Partial<NewFeedEntry> = {}): NewFeedEntry {
  const documentId = newDocumentId();
  return {
    agencyId,
    id: uuidv7(),
    role: 'sender',
    type: 'delivery.available',
    documentId,
    deliveryId: newDeliveryId(documentId),
    occurredAt: new Date(),
    data: { subject: 'V/v đọc lại' },
    ...differing,
  };
}
const append = (...entries: NewFeedEntry[]) =>
  storage.dataSource.transaction((manager) => feed.append(manager, entries));
const many = (agencyId: AgencyId, count: number) => Array.from({ length: count }, () => entry(agencyId));
async function readAll(agencies: AgencyId[], after = 0, types?: NewFeedEntry['type'][]) {
  const { newest } = await feed.bounds();
  return feed.read({ agencies, types, after, through: newest, limit: 10_000 });
}

it('gives back what was told to an agency, in order, and to no other', async () => {
  const [one, other] = [newAgencyId(), newAgencyId()];
  const entries = [entry(one), entry(other), entry(one, { type: 'delivery.failed', deliveryId: null })];
  await append(...entries);
  const read = await readAll([one]);
  expect(read.map(({ position: _, recordedAt: __, ...told }) => told)).toEqual([entries[0], entries[2]]);
  expect((await readAll([one], Number(read[0]?.position))).map(({ id }) => id)).toEqual([entries[2]?.id]);
  expect((await readAll([one, other])).map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
  expect((await readAll([one, other], 0, ['delivery.failed'])).map(({ id }) => id)).toEqual([entries[2]?.id]);
  expect(await readAll([])).toEqual([]);
});

it('writes an event that is told twice once, however far apart', async () => {
  const agency = newAgencyId();
  const [first, second] = many(agency, 2) as [NewFeedEntry, NewFeedEntry];
  await append(first);
  await append(first, second);
  await storage.dataSource.query(
    `UPDATE feed SET recorded_at = date_trunc('month', recorded_at) - interval '1 day' WHERE id = $1`,
    [first.id],
  );
  const early = { ...first, occurredAt: new Date(Date.now() - 40 * 86_400_000) };
  await append(early, second);
  expect((await readAll([agency])).map(({ id }) => id)).toEqual([first.id, second.id]);
});

it('shows a reader nothing before what it has seen, while eight write at once', async () => {
  const agencies = Array.from({ length: 8 }, newAgencyId);
  const seen: number[] = [];
  const writing = new AbortController();
  const reader = (async () => {
    for (let last = false; !last;) {
      last = writing.signal.aborted;
      const after = seen.at(-1) ?? 0;
      const rows = await readAll(agencies, after);
      seen.push(...rows.map(({ position }) => Number(position)));
      await sleep(1);
    }
  })();
  await Promise.all(
    agencies.map(async (agency) => {
      for (let i = 0; i < 40; i++) {
        await storage.dataSource.transaction(async (manager) => {
          await feed.append(manager, many(agency, 1 + (i % 5)));
          // Another transaction could overtake here, if it had a position already.
          await sleep(Math.random() * 4);
        });
      }
    }),
  );
  writing.abort();
  await reader;
  const all = await readAll(agencies);
  expect(all).toHaveLength(8 * 40 * 3);
  expect(seen).toEqual(all.map(({ position }) => Number(position)));
});

it('leaves nothing of a transaction that rolled back, and goes on', async () => {
  const agency = newAgencyId();
  const failing = storage.dataSource.transaction(async (manager) => {
    await feed.append(manager, many(agency, 3));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await append(...many(agency, 1));
  expect((await readAll([agency])).map(({ position }) => position)).toEqual(['1']);
});

it('wakes those who wait for an agency', async () => {
  const agency = newAgencyId();
  const woken: string[] = [];
  // Once when the connection is there, then by what is told.
  for (let times = 0; times < 2; times++) {
    const waiting = notifications.wait(FEED_CHANNEL, (payload) => woken.push(payload) > 0, 10_000);
    if (times > 0) await append(entry(agency), entry(agency));
    expect(await waiting).toBe(true);
  }
  expect(woken).toEqual([agency]);
});

it('drops months that have had their time, and says from where on it can be read', async () => {
  const agency = newAgencyId();
  const { dataSource } = storage;
  const longAgo = new Date(Date.now() - 120 * 86_400_000);
  await ensurePartitions(dataSource, longAgo);
  await append(...many(agency, 3));
  await dataSource.query('UPDATE feed SET recorded_at = $1 WHERE position <= 2', [longAgo]);

  expect(await feed.forget(new Date(Date.now() - 160 * 86_400_000))).toEqual([]);
  const dropped = await feed.forget(new Date(Date.now() - 60 * 86_400_000));
  expect(dropped).toContain(`feed_${longAgo.toISOString().slice(0, 7).replace('-', '_')}`);
  expect(await feed.bounds()).toEqual({ newest: 3, dropped: 2 });
  expect((await readAll([agency])).map(({ position }) => position)).toEqual(['3']);
  // What the migrator would make again stays, however short the time.
  const lastMonth = new Date(new Date().setUTCDate(0)).toISOString().slice(0, 7).replace('-', '_');
  expect(await feed.forget(new Date())).not.toContain(`feed_${lastMonth}`);
  expect(await feed.forget(new Date())).toEqual([]);
});
