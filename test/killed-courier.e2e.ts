import { setTimeout as sleep } from 'node:timers/promises';
import { type AgencyId, newDeliveryId, newDocumentId } from '@axis/edoc';
import { FeedStore, Notifications, SubscriptionEntity } from '@axis/storage';
import { WebhookReceiver } from '@axis/testing';
import { v7 as uuidv7 } from 'uuid';
import { eventually } from '../libs/messaging/src/testing/kit';
import { ServiceProcess } from './support/service-process';
import { TestGround } from './support/test-axis';

jest.setTimeout(90_000);

const SUBSCRIPTIONS = 6;
const EVENTS = 200;

let ground: TestGround;
let notifications: Notifications;
const couriers: ServiceProcess[] = [];
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  ground = await TestGround.prepare({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  notifications = new Notifications({ connectionString: ground.config.database.url });
});
afterAll(async () => {
  await Promise.all(couriers.map((one) => one.end('SIGKILL')));
  await Promise.all(receivers.map((receiver) => receiver.down()));
  await notifications.onApplicationShutdown();
  await ground.clear();
});

const idsOf = (receiver: WebhookReceiver) => receiver.taken.map(({ headers }) => String(headers['webhook-id']));

it('what a courier that is killed had in hand is brought by another: nothing lost, and in order', async () => {
  const { database } = ground;
  await ground.register('dms-g22', 'G22');
  const [system] = await database.query<{ id: string; agency: AgencyId }[]>(
    'SELECT system_id AS id, agency_id AS agency FROM system_agencies',
  );
  if (!system) throw new Error('nobody has joined');
  for (let i = 0; i < SUBSCRIPTIONS; i++) {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    await database.manager.insert(SubscriptionEntity, {
      id: uuidv7(),
      systemId: system.id,
      kind: 'webhook',
      settings: { url: receiver.url, signing: 'ed25519', batch: false },
      cursor: '0',
      active: true,
      nextAttemptAt: new Date(),
      createdAt: new Date(),
    });
  }
  const entries = Array.from({ length: EVENTS }, () => {
    const documentId = newDocumentId();
    return {
      agencyId: system.agency,
      id: uuidv7(),
      role: 'sender' as const,
      type: 'delivery.available' as const,
      documentId,
      deliveryId: newDeliveryId(documentId),
      occurredAt: new Date(),
      data: {},
    };
  });
  const feed = new FeedStore(database, notifications);
  const expected = entries.map(({ id }) => `${id}-sender`);

  couriers.push(...(await Promise.all(['courier', 'courier'].map((name) => ServiceProcess.start(name, ground.env)))));
  await database.transaction((manager) => feed.append(manager, entries));
  await eventually(() => {
    expect(receivers.every(({ taken }) => taken.length > 20)).toBe(true);
  });
  expect(await couriers[0]?.end('SIGKILL')).toBe('SIGKILL');
  expect(receivers.some(({ taken }) => taken.length < EVENTS)).toBe(true);

  // What the living one serves it brings to its end; what then is still held was the dead one's: let its lease be over.
  const left = () => ground.count('subscriptions', `cursor < ${EVENTS}`);
  let before = SUBSCRIPTIONS + 1;
  while (before !== (await left())) {
    before = await left();
    await sleep(1_000);
  }
  await database.query(`UPDATE subscriptions SET leased_until = now() WHERE cursor < $1`, [EVENTS]);
  await eventually(() => {
    for (const receiver of receivers) expect(new Set(idsOf(receiver)).size).toBe(EVENTS);
  }, 30_000);
  for (const receiver of receivers) {
    // Once more is allowed, in order all the same: the first time each came, it came in its turn.
    expect([...new Set(idsOf(receiver))]).toEqual(expected);
  }
  await eventually(async () => {
    expect(await ground.count('subscriptions', `cursor = ${EVENTS} AND lease IS NULL`)).toBe(SUBSCRIPTIONS);
  });
});
