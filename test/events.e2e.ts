import { createHmac, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { WebhookReceiver } from '@axis/testing';
import { EventPage, KeySet } from '../apps/gateway/src/events/event-shapes';
import {
  NewSubscriptionShape,
  SubscriptionPage,
  SubscriptionShape,
} from '../apps/gateway/src/subscriptions/subscription-view';
import { eventually } from '../libs/messaging/src/testing/kit';
import { Exchange, problemOf } from './support/exchange';
import type { Answer } from './support/rest';

jest.setTimeout(90_000);

interface Told {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly cursor: string;
  readonly data: { readonly agency: string; readonly documentId: string; readonly [more: string]: unknown };
}
interface List {
  readonly items: readonly Told[];
  readonly next: string;
}
interface Subscription {
  readonly id: string;
  readonly secret: string | null;
  readonly active: boolean;
  readonly cursor: string;
  readonly failures: number;
  readonly ping: { readonly failure?: { readonly reason: string } } | null;
}

let exchange: Exchange;
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  exchange = await Exchange.start(['G22', 'H17.05', 'G12', 'G07'], { WEBHOOK_ALLOW_PRIVATE: 'true' });
});
afterAll(async () => {
  await exchange.stop();
  await Promise.all(receivers.map((receiver) => receiver.down()));
});

async function ok<T>(asked: Promise<Answer>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as T;
}
const events = (code: string, query = ''): Promise<List> =>
  ok<List>(exchange.get(code, `/v1/events?limit=500${query === '' ? '' : `&${query}`}`));
const change = (code: string, id: string, body: object): Promise<Answer> =>
  exchange.agency(code).rest.ask(`/v1/subscriptions/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const typesOf = (list: readonly Told[]) => list.map(({ type }) => type);

/** As its schema says, nothing beyond and nothing short of it. */
function check(
  shape: { readonly schema: { safeParse(value: unknown): { error?: { issues: unknown } } } },
  value: unknown,
) {
  expect(shape.schema.safeParse(value).error?.issues).toBeUndefined();
}

async function startReceiver(): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.start();
  receivers.push(receiver);
  return receiver;
}
/** What a receiver took, the pings left out. */
const taken = (receiver: WebhookReceiver): Told[] =>
  receiver.taken.map(({ body }) => JSON.parse(body) as Told).filter(({ type }) => type !== 'subscription.ping');

async function subscribe(code: string, url: string, more: object = {}): Promise<Subscription> {
  const { status, body } = await exchange.post(code, '/v1/subscriptions', { kind: 'webhook', url, ...more });
  expect(status).toBe(201);
  check(NewSubscriptionShape, body);
  return body as Subscription;
}

/** A document that H17.05 takes, refuses, and G12 lets wait. @returns its id */
async function exchangeOne(): Promise<string> {
  const { id } = await exchange.send('G22', { to: ['H17.05', 'G12'] });
  const delivery = await exchange.take('H17.05', id);
  const staff = { name: 'Trần Thị Hồng Nhung', department: 'Văn thư' };
  await exchange.agency('H17.05').dms.report(delivery, { code: '01', staff });
  await exchange.agency('H17.05').dms.report(delivery, { code: '02', reason: 'Sai thẩm quyền', staff });
  return id;
}

it('tells sender and receivers, each its part, enough to act without asking again', async () => {
  const { next } = await events('G22', 'cursor=now');
  const id = await exchangeOne();
  const mine = (list: List) => list.items.filter(({ data }) => data.documentId === id);
  await eventually(async () => {
    expect(mine(await events('G22', `cursor=${next}`))).toHaveLength(6);
    expect(mine(await events('H17.05', `cursor=${next}`))).toHaveLength(4);
    expect(mine(await events('G12', `cursor=${next}`))).toHaveLength(1);
  });
  const sent = await events('G22', `cursor=${next}`);
  check(EventPage, sent);
  expect(typesOf(mine(sent))).toEqual([
    'document.verified',
    'delivery.available',
    'delivery.available',
    'delivery.handed_over',
    'delivery.status',
    'delivery.status',
  ]);
  expect(mine(sent).at(-1)?.data).toMatchObject({
    role: 'sender',
    agency: 'G22',
    from: { code: 'G22' },
    to: { code: 'H17.05' },
    state: 'refused',
    status: { code: '02', reason: 'Sai thẩm quyền', staff: { name: 'Trần Thị Hồng Nhung', department: 'Văn thư' } },
  });
  const received = mine(await events('H17.05', `cursor=${next}`));
  expect(typesOf(received)).toEqual([
    'delivery.available',
    'delivery.handed_over',
    'delivery.status',
    'delivery.status',
  ]);
  const { href } = received[0]?.data as { href?: { document: string; delivery: string } };
  expect((await exchange.get('H17.05', href?.document ?? '')).status).toBe(200);
  expect((await exchange.get('H17.05', href?.delivery ?? '')).status).toBe(200);
  expect(mine(await events('G07', `cursor=${next}`))).toEqual([]);
  // The id of an event is that of its receipt, with the role.
  await eventually(async () => {
    const receipts = await exchange.agency('G22').dms.receipts(id);
    const ids = receipts.map((receipt) => `${receipt.id}-sender`);
    expect(mine(sent).filter(({ id: told }) => !ids.includes(told))).toEqual([]);
  });
});

it('tells a receiver nothing of what was withdrawn before it looked', async () => {
  const { id } = await exchange.send('G22', { to: ['G07'] });
  await ok(exchange.post('G22', `/v1/documents/${id}/recall`, { reason: 'Ban hành nhầm' }));
  const about = async (code: string) =>
    typesOf((await events(code)).items.filter(({ data }) => data.documentId === id));
  await eventually(async () => {
    expect(await about('G22')).toEqual(['document.verified', 'delivery.available', 'delivery.withdrawn']);
  });
  expect(await about('G07')).toEqual(['delivery.available']);
  check(EventPage, await events('G22'));
});

describe('a cursor', () => {
  it('goes on from every answer, also an empty one, and a wait ends with the first event', async () => {
    const { items, next } = await events('G12', 'cursor=now');
    expect(items).toEqual([]);
    const waiting = events('G12', `cursor=${next}&wait=30`);
    const { id } = await exchange.send('G22', { to: ['G12'] });
    const first = await waiting;
    expect(first.items.map(({ type, data }) => [type, data.documentId])).toEqual([['delivery.available', id]]);
    expect(await events('G12', `cursor=${first.next}`)).toMatchObject({ items: [] });
    // One at a time it comes to the same.
    const all = await events('G22');
    const single: Told[] = [];
    let cursor = '';
    for (;;) {
      const page = await ok<List>(exchange.get('G22', `/v1/events?limit=1${cursor && `&cursor=${cursor}`}`));
      cursor = page.next;
      if (page.items.length === 0) break;
      single.push(...page.items);
    }
    expect(single.slice(0, all.items.length)).toEqual(all.items);
  });

  it('picks types and one agency, and neither what is no type nor another’s agency', async () => {
    const { items } = await events('G22', 'types=document.verified,delivery.status');
    expect(new Set(typesOf(items))).toEqual(new Set(['document.verified', 'delivery.status']));
    expect(problemOf(await exchange.get('G22', '/v1/events?types=delivery.routed'))).toBe('422 event.type_unknown');
    expect(problemOf(await exchange.get('G22', '/v1/events?agency=G12'))).toBe('403 agency.not_yours');
    expect((await events('G22', 'agency=G22')).items.length).toBeGreaterThan(0);
    expect((await fetch(`${exchange.axis.url}/v1/events`)).status).toBe(401);
  });

  it.each(['x', '-1', '1.5', '0199aaaa-0000-7000-8000-000000000000', '9'.repeat(30)])(
    'that this list never gave is refused: %s',
    async (cursor) => {
      expect(problemOf(await exchange.get('G22', `/v1/events?cursor=${cursor}`))).toBe('400 request.malformed');
    },
  );

  it('of the future is refused, and one older than what is kept, with the oldest that can be used', async () => {
    const { next } = await events('G22', 'cursor=now');
    expect(problemOf(await exchange.get('G22', `/v1/events?cursor=${Number(next) + 1_000_000}`))).toBe(
      '422 cursor.invalid',
    );
    const { database } = exchange.axis.ground;
    await database.query('UPDATE feed_head SET dropped = 3');
    const { status, body } = await exchange.get('G22', '/v1/events?cursor=2');
    expect([status, body]).toMatchObject([410, { code: 'cursor.expired', params: { oldest: '3' } }]);
    expect(Number((await events('G22', 'cursor=3')).items[0]?.cursor)).toBeGreaterThan(3);
    expect(Number((await events('G22')).items[0]?.cursor)).toBeGreaterThan(3);
    await database.query('UPDATE feed_head SET dropped = 0');
  });

  it('misses nothing and repeats nothing while eight send at once', async () => {
    let cursor = (await events('G12', 'cursor=now')).next;
    const before = cursor;
    const each = 6;
    const seen: Told[] = [];
    const sending = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < each; i++) await exchange.submit('G22', { to: ['G12', 'H17.05'] });
      }),
    );
    await eventually(async () => {
      const { items, next } = await events('G12', `cursor=${cursor}`);
      seen.push(...items);
      cursor = next;
      expect(seen).toHaveLength(8 * each);
    }, 60_000);
    await sending;
    expect(seen).toEqual((await events('G12', `cursor=${before}`)).items);
    expect(new Set(seen.map(({ data }) => data.documentId)).size).toBe(8 * each);
  });
});

describe('a webhook', () => {
  it('brings what the feed says, signed by the secret that was told once', async () => {
    const receiver = await startReceiver();
    const { id, secret, cursor } = await subscribe('G22', receiver.url);
    await exchangeOne();
    await eventually(() => {
      expect(taken(receiver)).toHaveLength(6);
    });
    expect(taken(receiver)).toEqual((await events('G22', `cursor=${cursor}`)).items);
    for (const { headers, body } of receiver.taken) {
      const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const key = Buffer.from(secret?.slice('whsec_'.length) ?? '', 'base64');
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
    }
    const shown = await ok(exchange.get('G22', `/v1/subscriptions/${id}`));
    check(SubscriptionShape, shown);
    expect(JSON.stringify(shown)).not.toContain('whsec_');
    check(SubscriptionPage, await ok(exchange.get('G22', '/v1/subscriptions')));

    const renewed = await ok<Subscription>(exchange.post('G22', `/v1/subscriptions/${id}/secret`, {}));
    check(NewSubscriptionShape, renewed);
    expect(renewed.secret).not.toBe(secret);
    await ok(exchange.post('G22', `/v1/subscriptions/${id}/ping`, {}));
    expect(String(receiver.taken.at(-1)?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    await ok(exchange.agency('G22').rest.ask(`/v1/subscriptions/${id}`, { method: 'DELETE' }));
    expect(problemOf(await exchange.get('G22', `/v1/subscriptions/${id}`))).toBe('404 subscription.not_found');
  });

  it('is signed, where that is wished, with the key that the axis publishes', async () => {
    const receiver = await startReceiver();
    const { secret, id } = await subscribe('G12', receiver.url, { signing: 'ed25519' });
    expect(secret).toBeNull();
    await eventually(() => {
      expect(receiver.taken).toHaveLength(1);
    });
    const published = (await (await fetch(`${exchange.axis.url}/v1/keys`)).json()) as { keys: JsonWebKey[] };
    check(KeySet, published);
    const key = createPublicKey({ key: published.keys[0] ?? {}, format: 'jwk' });
    const [{ headers, body }] = receiver.taken as [WebhookReceiver['taken'][number]];
    const content = Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`);
    const signature = String(headers['webhook-signature']).replace('v1a,', '');
    expect(verify(null, content, key, Buffer.from(signature, 'base64'))).toBe(true);
    expect(problemOf(await exchange.post('G12', `/v1/subscriptions/${id}/secret`, {}))).toBe(
      '409 subscription.no_secret',
    );
  });

  it('that was away gets everything, though the axis was restarted meanwhile', async () => {
    const receiver = await startReceiver();
    const { id, cursor } = await subscribe('H17.05', receiver.url);
    await exchange.send('G22', { to: ['H17.05'] });
    await eventually(() => {
      expect(taken(receiver)).toHaveLength(1);
    });
    await receiver.down();
    for (let i = 0; i < 3; i++) await exchangeOne();
    await eventually(async () => {
      const { failures } = await ok<Subscription>(exchange.get('H17.05', `/v1/subscriptions/${id}`));
      expect(failures).toBeGreaterThan(0);
    });
    await exchange.axis.restart();
    await receiver.up();
    await ok(change('H17.05', id, { active: true }));
    await eventually(async () => {
      const { items } = await events('H17.05', `cursor=${cursor}`);
      expect(items).toHaveLength(13);
      expect(taken(receiver)).toEqual(items);
    });
  });

  it('brings everything once more from a cursor, and nothing while it is paused', async () => {
    const receiver = await startReceiver();
    const { id } = await subscribe('G07', receiver.url, {
      agencies: ['G07'],
      types: ['delivery.available'],
      from: '0',
    });
    const { items } = await events('G07', 'types=delivery.available');
    expect(items.length).toBeGreaterThan(0);
    await eventually(() => {
      expect(taken(receiver)).toEqual(items);
    });
    await ok(change('G07', id, { active: false }));
    const { id: documentId } = await exchange.send('G22', { to: ['G07'] });
    await eventually(async () => {
      expect((await events('G07')).items.at(-1)?.data.documentId).toBe(documentId);
    });
    await ok(change('G07', id, { active: true, cursor: '0' }));
    await eventually(async () => {
      const all = (await events('G07', 'types=delivery.available')).items;
      expect(taken(receiver)).toEqual([...items, ...all]);
    });
    expect(problemOf(await change('G07', id, { cursor: '999999999' }))).toBe('422 cursor.invalid');
    expect(problemOf(await change('G07', id, { agencies: ['G22'] }))).toBe('403 agency.not_yours');
  });

  it('answers a ping with what became of it', async () => {
    const receiver = await startReceiver();
    receiver.answer = () => 503;
    const { id } = await subscribe('G07', receiver.url);
    const { ping } = await ok<Subscription>(exchange.post('G07', `/v1/subscriptions/${id}/ping`, {}));
    expect(ping).toMatchObject({ failure: { reason: 'answered 503', status: 503 } });
    receiver.answer = () => 200;
    const mended = await ok<Subscription>(exchange.post('G07', `/v1/subscriptions/${id}/ping`, {}));
    check(SubscriptionShape, mended);
    expect(mended.ping).not.toHaveProperty('failure');
  });

  it('is its system’s alone, and not without number', async () => {
    const { id } = await subscribe('G12', 'http://127.0.0.1:9/');
    expect(problemOf(await exchange.get('G22', `/v1/subscriptions/${id}`))).toBe('404 subscription.not_found');
    expect(problemOf(await change('G22', id, { active: false }))).toBe('404 subscription.not_found');
    expect(problemOf(await exchange.post('G22', `/v1/subscriptions/${id}/ping`, {}))).toBe(
      '404 subscription.not_found',
    );
    expect(problemOf(await exchange.get('G12', '/v1/subscriptions/none'))).toBe('404 subscription.not_found');
    const attempts = await Promise.all(
      Array.from({ length: 25 }, () =>
        exchange.post('G12', '/v1/subscriptions', { kind: 'webhook', url: 'http://127.0.0.1:9/' }),
      ),
    );
    expect(attempts.filter(({ status }) => status === 201)).toHaveLength(18);
    expect(attempts.filter(({ status }) => status === 409)).toHaveLength(7);
  });

  it.each<[object, string]>([
    [{ url: 'https://user:secret@example.vn/' }, '422 webhook.address_invalid'],
    [{ url: 'ftp://example.vn/' }, '400 request.malformed'],
    [{ url: '/events' }, '400 request.malformed'],
    [{ url: 'https://example.vn/', types: ['delivery.routed'] }, '400 request.malformed'],
    [{ url: 'https://example.vn/', types: [] }, '400 request.malformed'],
    [{ url: 'https://example.vn/', signing: 'none' }, '400 request.malformed'],
    [{ url: 'https://example.vn/', agencies: ['H17.05'] }, '403 agency.not_yours'],
    [{ url: 'https://example.vn/', from: 'yesterday' }, '400 request.malformed'],
    [{ url: 'https://example.vn/', from: '999999999' }, '422 cursor.invalid'],
    [{ url: 'https://example.vn/', secret: 'mine' }, '400 request.malformed'],
  ])('%j is refused: %s', async (wish, refused) => {
    expect(problemOf(await exchange.post('G22', '/v1/subscriptions', { kind: 'webhook', ...wish }))).toBe(refused);
  });
});
