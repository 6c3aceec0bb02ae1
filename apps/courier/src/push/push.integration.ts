import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AgencyId, newDeliveryId, newDocumentId } from '@axis/edoc';
import { type Config, loadConfig } from '@axis/platform';
import {
  type CloudEvent,
  FeedStore,
  Notifications,
  SecretBox,
  secretPurpose,
  SigningKeys,
  SubscriptionEntity,
  SubscriptionLeases,
  SubscriptionStore,
  SystemStore,
  type WebhookSettings,
} from '@axis/storage';
import { testStorage, type TestStorage, WebhookReceiver } from '@axis/testing';
import { PinoLogger } from 'nestjs-pino';
import { v7 as uuidv7 } from 'uuid';
import { eventually } from '../../../../libs/messaging/src/testing/kit';
import { PushToSubscribers } from './push-to-subscribers';
import { ServeSubscription } from './serve-subscription';
import { WebhookPush } from './webhook/webhook-push';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const box = new SecretBox(randomBytes(32).toString('base64'));
const config = loadConfig({ WEBHOOK_ALLOW_PRIVATE: 'true' });
const log = new PinoLogger({ pinoHttp: { level: process.env['TEST_LOG_LEVEL'] ?? 'silent' } });

let storage: TestStorage;
let notifications: Notifications;
let feed: FeedStore;
let leases: SubscriptionLeases;
let store: SubscriptionStore;
let keys: SigningKeys;
let systemId: string;
let agency: AgencyId;
let stops: (() => Promise<unknown>)[];

beforeEach(async () => {
  storage = await testStorage();
  notifications = new Notifications({ connectionString: storage.url });
  feed = new FeedStore(storage.dataSource, notifications);
  leases = new SubscriptionLeases(storage.dataSource);
  store = new SubscriptionStore(storage.dataSource);
  keys = new SigningKeys(storage.dataSource, box);
  stops = [];
  systemId = uuidv7();
  await storage.dataSource.query(
    `INSERT INTO systems (id, client_id, name, secret_sha256) VALUES ($1, 'dms', 'DMS', '')`,
    [systemId],
  );
  agency = await joinAgency('G22');
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await notifications.onApplicationShutdown();
  await storage.drop();
});

async function joinAgency(code: string): Promise<AgencyId> {
  const id = uuidv7() as AgencyId;
  await storage.dataSource.query(
    `INSERT INTO agencies (id, code, name, level, status) VALUES ($1, $2, $2, 1, 'active')`,
    [id, code],
  );
  await storage.dataSource.query('INSERT INTO system_agencies (system_id, agency_id) VALUES ($1, $2)', [systemId, id]);
  return id;
}

/** The pushing part of a courier. */
function startCourier(differing: Partial<Config['webhooks']> = {}): PushToSubscribers {
  const settings = { ...config, webhooks: { ...config.webhooks, ...differing } };
  const webhooks = new WebhookPush(box, keys, settings);
  const serving = new ServeSubscription(storage.dataSource, feed, leases, notifications, log, [webhooks], settings);
  const courier = new PushToSubscribers(leases, serving, notifications, log, [webhooks]);
  courier.onApplicationBootstrap();
  stops.push(async () => {
    await courier.onModuleDestroy();
    webhooks.onApplicationShutdown();
  });
  return courier;
}

async function startReceiver(): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.start();
  stops.push(() => receiver.down());
  return receiver;
}

type Wish = Partial<Omit<SubscriptionEntity, 'settings'>> & { settings?: Partial<WebhookSettings> };

async function subscribe(url: string, { settings, ...differing }: Wish = {}): Promise<string> {
  const id = uuidv7();
  await storage.dataSource.manager.insert(SubscriptionEntity, {
    id,
    systemId,
    kind: 'webhook',
    settings: { url, signing: 'hmac-sha256', batch: false, ...settings },
    secret: box.seal(SECRET, secretPurpose(id)),
    cursor: '0',
    active: true,
    nextAttemptAt: new Date(),
    createdAt: new Date(),
    ...differing,
  });
  return id;
}
const subscription = (id: string) => storage.dataSource.manager.findOneByOrFail(SubscriptionEntity, { id });
const set = (id: string, change: Partial<SubscriptionEntity>) =>
  storage.dataSource.manager.update(SubscriptionEntity, { id }, change);
/** Its next attempt is due at once: tests do not sit out the back-off. */
const hurry = (id: string) => set(id, { nextAttemptAt: new Date(0) });

/** @returns what the receiver is to get, in order */
async function tell(count: number, to: AgencyId = agency): Promise<string[]> {
  const entries = Array.from({ length: count }, () => {
    const documentId = newDocumentId();
    return {
      agencyId: to,
      id: uuidv7(),
      role: 'sender' as const,
      type: 'delivery.available' as const,
      documentId,
      deliveryId: newDeliveryId(documentId),
      occurredAt: new Date(),
      data: { subject: 'V/v đọc lại' },
    };
  });
  await storage.dataSource.transaction((manager) => feed.append(manager, entries));
  return entries.map(({ id }) => `${id}-sender`);
}
const idsOf = (receiver: WebhookReceiver): string[] =>
  receiver.taken.map(({ headers }) => String(headers['webhook-id']));

/** As the specification of Standard Webhooks says it, written anew. */
function hmacOf(request: WebhookReceiver['taken'][number], secret: string): string {
  const { 'webhook-id': id, 'webhook-timestamp': time } = request.headers;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key)
    .update(`${String(id)}.${String(time)}.${request.body}`)
    .digest('base64')}`;
}

it('brings what is told, in order, once, as signed CloudEvents', async () => {
  const receiver = await startReceiver();
  const id = await subscribe(receiver.url);
  const before = await tell(3);
  startCourier();
  await eventually(() => {
    expect(receiver.taken).toHaveLength(3);
  });
  const expected = [...before, ...(await tell(120))];
  await eventually(() => {
    expect(idsOf(receiver)).toEqual(expected);
  });
  for (const request of receiver.taken) {
    expect(request.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(request.headers['webhook-signature']).toBe(hmacOf(request, SECRET));
    const event = JSON.parse(request.body) as CloudEvent;
    expect(event).toMatchObject({ specversion: '1.0', id: request.headers['webhook-id'], type: 'delivery.available' });
  }
  await eventually(async () => {
    expect(await subscription(id)).toMatchObject({ cursor: '123', failures: 0, lease: null });
  });
});

it('signs with the axis’s own key, which checks with the public one', async () => {
  const receiver = await startReceiver();
  await subscribe(receiver.url, { settings: { signing: 'ed25519' }, secret: null });
  await tell(1);
  startCourier();
  await eventually(() => {
    expect(receiver.taken).toHaveLength(1);
  });
  const [{ headers, body }] = receiver.taken as [WebhookReceiver['taken'][number]];
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  expect(version).toBe('v1a');
  const content = Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`);
  const [publicKey] = await keys.publicKeys();
  if (!publicKey) throw new Error('there is no key');
  expect(verify(null, content, publicKey.key, Buffer.from(signature, 'base64'))).toBe(true);
});

it('signs with both secrets while one is changed', async () => {
  const receiver = await startReceiver();
  const id = await subscribe(receiver.url);
  const renewed = `whsec_${randomBytes(32).toString('base64')}`;
  const secrets = { secret: box.seal(renewed, secretPurpose(id)), previousSecret: box.seal(SECRET, secretPurpose(id)) };
  await set(id, { ...secrets, previousSecretUntil: new Date(Date.now() + DAY_MS) });
  await tell(1);
  startCourier();
  await eventually(() => {
    expect(receiver.taken).toHaveLength(1);
  });
  await set(id, { previousSecretUntil: new Date(Date.now() - 1) });
  await tell(1);
  await eventually(() => {
    expect(receiver.taken).toHaveLength(2);
  });
  const [first, second] = receiver.taken as [WebhookReceiver['taken'][number], WebhookReceiver['taken'][number]];
  expect(first.headers['webhook-signature']).toBe(`${hmacOf(first, renewed)} ${hmacOf(first, SECRET)}`);
  expect(second.headers['webhook-signature']).toBe(hmacOf(second, renewed));
});

it('brings many at a time to those who want it', async () => {
  const receiver = await startReceiver();
  await subscribe(receiver.url, { settings: { batch: true } });
  const expected = await tell(250);
  startCourier();
  const events = () => receiver.taken.flatMap(({ body }) => (JSON.parse(body) as CloudEvent[]).map(({ id }) => id));
  await eventually(() => {
    expect(events()).toEqual(expected);
  });
  expect(receiver.taken).toHaveLength(3);
  expect(receiver.taken[0]?.headers['content-type']).toBe('application/cloudevents-batch+json; charset=utf-8');
});

it('brings only what is wanted, and nothing of an agency that its system no longer acts for', async () => {
  const other = await joinAgency('H17');
  const [narrow, wide] = [await startReceiver(), await startReceiver()];
  await subscribe(narrow.url, { agencyIds: [other], types: ['delivery.available'] });
  const wideId = await subscribe(wide.url);
  const [own, others] = [await tell(2), await tell(2, other)];
  await storage.dataSource.query(`UPDATE feed SET type = 'delivery.failed' WHERE agency_id = $1 AND position = 3`, [
    other,
  ]);
  startCourier();
  await eventually(() => {
    expect(idsOf(wide)).toEqual([...own, ...others]);
    expect(idsOf(narrow)).toEqual(others.slice(1));
  });
  await storage.dataSource.query('DELETE FROM system_agencies WHERE agency_id = $1', [other]);
  await tell(1, other);
  const last = await tell(1);
  await eventually(() => {
    expect(idsOf(wide).at(-1)).toBe(last[0]);
  });
  expect(idsOf(wide)).toHaveLength(5);
  expect(idsOf(narrow)).toHaveLength(1);
  await eventually(async () => {
    expect((await subscription(wideId)).cursor).toBe('6');
  });
});

it('brings nothing to a system that is disabled, in the middle of its backlog too, and goes on when it is back', async () => {
  const receiver = await startReceiver();
  const systems = new SystemStore(storage.dataSource);
  let disabling: Promise<unknown> | undefined;
  receiver.answer = () => {
    disabling ??= systems.disable('dms');
    return 204;
  };
  const id = await subscribe(receiver.url);
  await tell(250);
  startCourier();
  await eventually(() => {
    expect(disabling).toBeDefined();
  });
  await disabling;
  await tell(1);
  await pause(1_500);
  // What was in hand may still come.
  expect(receiver.taken.length).toBeLessThanOrEqual(100);
  expect(await subscription(id)).toMatchObject({ active: true, lease: null });

  await systems.register({ clientId: 'dms', name: 'DMS', agencyIds: [agency] }, box);
  await eventually(() => {
    expect(new Set(idsOf(receiver)).size).toBe(251);
  });
});

it.each<[string, WebhookReceiver['answer'], RegExp]>([
  ['answers 500', () => 500, /^answered 500$/],
  ['answers 404', () => 404, /^answered 404$/],
  ['redirects', () => ({ status: 302, headers: { location: '/elsewhere' } }), /redirects are not followed/],
  ['cuts the connection', () => 'die', /ECONNRESET|socket hang up/],
])('tries again, later and later, what a receiver that %s did not take', async (_, refuse, reason) => {
  const receiver = await startReceiver();
  receiver.answer = () => 204;
  const id = await subscribe(receiver.url);
  startCourier();
  const expected = await tell(2);
  await eventually(() => {
    expect(idsOf(receiver)).toEqual(expected);
  });
  receiver.answer = refuse;
  expected.push(...(await tell(3)));
  let waits = 0;
  for (let failures = 1; failures <= 4; failures++) {
    await eventually(async () => {
      expect(await subscription(id)).toMatchObject({ failures, lease: null, active: true });
    });
    const { failure, nextAttemptAt } = await subscription(id);
    expect(failure?.reason).toMatch(reason);
    const wait = nextAttemptAt.getTime() - Date.parse(failure?.at ?? '');
    expect(wait).toBeGreaterThan(waits);
    // The next wait is longer whatever chance says: half of twice as much, less the ms between two clocks.
    waits = wait / 2;
    if (failures === 4) receiver.answer = () => 204;
    await hurry(id);
  }
  await eventually(() => {
    expect(idsOf(receiver)).toEqual(expected);
  });
  expect(receiver.requests.map(({ path }) => path)).not.toContain('/elsewhere');
  await eventually(async () => {
    expect(await subscription(id)).toMatchObject({ failures: 0, failingSince: null });
  });
});

it('waits as long as the receiver asks for', async () => {
  const receiver = await startReceiver();
  receiver.answer = () => ({ status: 503, headers: { 'retry-after': '3600' } });
  const id = await subscribe(receiver.url);
  await tell(1);
  startCourier();
  await eventually(async () => {
    const { nextAttemptAt, failure } = await subscription(id);
    expect(nextAttemptAt.getTime() - Date.parse(failure?.at ?? '')).toBeGreaterThan(3_590_000);
  });
});

it('loses nothing while the receiver is down, nor over restarts of its own', async () => {
  const receiver = await startReceiver();
  const id = await subscribe(receiver.url);
  const first = startCourier();
  const expected = await tell(5);
  await eventually(() => {
    expect(idsOf(receiver)).toEqual(expected);
  });
  await receiver.down();
  expected.push(...(await tell(150)));
  await eventually(async () => {
    expect((await subscription(id)).failures).toBeGreaterThan(0);
  });
  await first.onModuleDestroy();
  expected.push(...(await tell(150)));
  await receiver.up();
  await hurry(id);
  startCourier();
  await eventually(() => {
    expect(idsOf(receiver)).toEqual(expected);
  });
});

it('is not held up by receivers that hang, however many', async () => {
  const hanging = await startReceiver();
  hanging.answer = () => 'hang';
  const healthy = await startReceiver();
  const stuck = await Promise.all(Array.from({ length: 30 }, () => subscribe(hanging.url)));
  await subscribe(healthy.url);
  const expected = await tell(1);
  startCourier();
  await eventually(() => {
    expect(hanging.requests).toHaveLength(30);
    expect(idsOf(healthy)).toEqual(expected);
  });
  expected.push(...(await tell(20)));
  await eventually(() => {
    expect(idsOf(healthy)).toEqual(expected);
  });
  // All this while the others still hang: none of them has failed yet.
  const waiting = await storage.dataSource.manager.findBy(SubscriptionEntity, { failures: 0 });
  expect(waiting).toHaveLength(31);
  await eventually(async () => {
    expect((await subscription(stuck[0] ?? '')).failure?.reason).toBe('no answer within 10 seconds');
  }, 20_000);
});

it('ends at once with a receiver that is gone, tells so, and goes on where it was when it is enabled again', async () => {
  const receiver = await startReceiver();
  receiver.answer = () => 410;
  const id = await subscribe(receiver.url);
  const expected = await tell(2);
  startCourier();
  await eventually(async () => {
    expect(await subscription(id)).toMatchObject({
      active: false,
      failure: { status: 410 },
      disabled: { reason: 'the receiver wants nothing more' },
    });
  });
  const { newest } = await feed.bounds();
  const [notice] = await feed.read({
    agencies: [agency],
    types: ['subscription.disabled'],
    after: 0,
    through: newest,
    limit: 9,
  });
  expect(notice).toMatchObject({ role: 'subscriber', data: { subscriptionId: id, kind: 'webhook' } });
  expected.push(...(await tell(1)));
  receiver.answer = () => 204;
  await set(id, { active: true, nextAttemptAt: new Date() });
  await eventually(() => {
    expect(idsOf(receiver)).toEqual([...expected.slice(0, 2), `${notice?.id}-subscriber`, ...expected.slice(2)]);
  });
});

it('is disabled after days of failure, and not before', async () => {
  const receiver = await startReceiver();
  receiver.answer = () => 500;
  const id = await subscribe(receiver.url, { failures: 5, failingSince: new Date(Date.now() - 7 * DAY_MS + 60_000) });
  await tell(1);
  startCourier();
  await eventually(async () => {
    expect(await subscription(id)).toMatchObject({ active: true, failures: 6, lease: null });
  });
  await set(id, { failingSince: new Date(Date.now() - 7 * DAY_MS - 1000), nextAttemptAt: new Date(0) });
  await eventually(async () => {
    expect(await subscription(id)).toMatchObject({
      active: false,
      failures: 7,
      disabled: { reason: 'every attempt failed for too long' },
    });
  });
  expect(receiver.requests).toHaveLength(2);
});

it('brings again what came after a cursor', async () => {
  const receiver = await startReceiver();
  const id = await subscribe(receiver.url);
  const expected = await tell(5);
  startCourier();
  await eventually(async () => {
    expect((await subscription(id)).cursor).toBe('5');
  });
  await storage.dataSource.transaction(async (manager) => {
    await store.change(manager, await subscription(id), { cursor: '2', nextAttemptAt: new Date() });
  });
  await eventually(() => {
    expect(idsOf(receiver)).toEqual([...expected, ...expected.slice(2)]);
  });
});

it('shares subscriptions among couriers: each event once, and each in its order', async () => {
  const receivers = await Promise.all(Array.from({ length: 12 }, startReceiver));
  const agencies = await Promise.all(receivers.map((_, i) => joinAgency(`H${i}`)));
  for (const [i, receiver] of receivers.entries()) await subscribe(receiver.url, { agencyIds: [agencies[i] ?? ''] });
  for (let i = 0; i < 3; i++) startCourier();
  const expected = agencies.map((): string[] => []);
  for (let round = 0; round < 8; round++) {
    await Promise.all(
      agencies.map(async (one, i) => {
        expected[i]?.push(...(await tell(5, one)));
      }),
    );
  }
  await eventually(() => {
    expect(receivers.map(idsOf)).toEqual(expected);
  }, 20_000);
});

it('takes over from a courier that was killed, when its lease has run out', async () => {
  const receiver = await startReceiver();
  const id = await subscribe(receiver.url);
  const expected = await tell(2);
  const [dead] = await leases.claim({ kinds: ['webhook'], failing: false, limit: 10 });
  expect(dead?.id).toBe(id);
  startCourier();
  const other = await startReceiver();
  await subscribe(other.url);
  await eventually(() => {
    expect(other.taken).toHaveLength(2);
  });
  expect(receiver.requests).toEqual([]);
  await set(id, { leasedUntil: new Date(Date.now() - 1) });
  await eventually(() => {
    expect(idsOf(receiver)).toEqual(expected);
  });
  // Were it alive after all, it could write nothing any more.
  if (dead) expect(await leases.advance(dead, 1)).toBe(false);
  expect((await subscription(id)).cursor).toBe('2');
});

it('answers a ping, also of a subscription that is disabled', async () => {
  const receiver = await startReceiver();
  const id = await subscribe(receiver.url, { active: false, pingAskedAt: new Date() });
  await tell(1);
  startCourier();
  await eventually(async () => {
    const { ping, pingAskedAt, lease } = await subscription(id);
    expect(ping).toEqual({ at: expect.any(String) as string });
    expect([pingAskedAt, lease]).toEqual([null, null]);
  });
  expect(JSON.parse(receiver.taken[0]?.body ?? '')).toMatchObject({
    type: 'subscription.ping',
    data: { subscriptionId: id },
  });
  receiver.answer = () => 500;
  await set(id, { pingAskedAt: new Date() });
  await eventually(async () => {
    expect((await subscription(id)).ping).toMatchObject({ failure: { reason: 'answered 500', status: 500 } });
  });
  expect(receiver.taken).toHaveLength(1);
});

it.each([
  ['http://127.0.0.1', 'the address is not https'],
  ['https://127.0.0.1', '127.0.0.1 is no address of the Internet'],
  ['https://[::1]', '::1 is no address of the Internet'],
  ['https://[::ffff:127.0.0.1]', '::ffff:7f00:1 is no address of the Internet'],
  ['https://localhost', 'localhost is at no address of the Internet'],
  ['https://2130706433', '127.0.0.1 is no address of the Internet'],
])('connects to nothing within the network, unless it may: %s', async (origin, reason) => {
  const receiver = await startReceiver();
  const { port } = new URL(receiver.url);
  const id = await subscribe(`${origin}:${port}/`);
  await tell(1);
  startCourier({ allowPrivate: false });
  await eventually(async () => {
    expect((await subscription(id)).failure?.reason).toBe(reason);
  });
  expect(receiver.requests).toEqual([]);
});

it('brings nothing to a server whose certificate nobody vouches for', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'axis-tls-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'ignore' });
  let asked = 0;
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => {
    asked += 1;
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  stops.push(async () => {
    server.close();
    await rm(dir, { recursive: true });
  });
  const id = await subscribe(`https://localhost:${(server.address() as AddressInfo).port}/`);
  await tell(1);
  startCourier();
  await eventually(async () => {
    expect((await subscription(id)).failure?.reason).toMatch(/SELF_SIGNED_CERT/);
  });
  expect(asked).toBe(0);
});

it('brings quiet subscriptions up to date, and no others', async () => {
  const other = await joinAgency('H17');
  const [quiet, behind] = [
    await subscribe('http://127.0.0.1:9/', { agencyIds: [agency] }),
    await subscribe('http://127.0.0.1:9/', { agencyIds: [other] }),
  ];
  await tell(7, other);
  await leases.catchUp();
  expect((await subscription(quiet)).cursor).toBe('7');
  expect((await subscription(behind)).cursor).toBe('0');
});
