import { connect } from 'amqplib';
import { SystemQueues } from '@axis/messaging';
import { FeedStore } from '@axis/storage';
import { v7 as uuidv7 } from 'uuid';
import { OpenQueueShape, QueueShape, SubscriptionPage } from '../apps/gateway/src/subscriptions/subscription-view';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, sha256, signedPdf } from './support/letter';
import { connectTo, type Queue, QueueReader } from './support/queue-reader';
import type { Answer, Rest } from './support/rest';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

let axis: TestAxis;
let sender: Joined;
let receiver: Joined;
const readers: QueueReader[] = [];

beforeAll(async () => {
  axis = await TestAxis.start();
  sender = await axis.join('G22');
  receiver = await axis.join('H17.05');
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  for (const { rest } of [sender, receiver]) await rest.ask('/v1/subscriptions/amqp', { method: 'DELETE' });
});
afterAll(() => axis.stop());

const put = (rest: Rest, wish: object = {}): Promise<Answer> =>
  rest.ask('/v1/subscriptions/amqp', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });

/** Asks for a queue; its password is told. */
async function opened({ rest }: Joined, wish: object = {}): Promise<Queue> {
  const { status, body } = await put(rest, wish);
  expect([status, OpenQueueShape.schema.safeParse(body).error]).toEqual([200, undefined]);
  return body as Queue;
}

async function reading(queue: Queue): Promise<QueueReader> {
  const reader = await QueueReader.open(queue);
  readers.push(reader);
  return reader;
}

async function shown({ rest }: Joined): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await rest.get('/v1/subscriptions/amqp');
  expect(QueueShape.schema.safeParse(body).error).toBeUndefined();
  return body as Record<string, unknown>;
}

/** So many events in the feed of an agency, as if much had happened to it. */
async function happened(code: string, count: number): Promise<string[]> {
  const [agency] = await axis.ground.database.query<{ id: string }[]>('SELECT id FROM agencies WHERE code = $1', [
    code,
  ]);
  const ids = Array.from({ length: count }, () => uuidv7());
  const feed = axis.app.get(FeedStore, { strict: false });
  for (let at = 0; at < count; at += 1_000) {
    await axis.ground.database.transaction((manager) =>
      feed.append(
        manager,
        ids.slice(at, at + 1_000).map((id) => ({
          ...{ id, agencyId: agency?.id ?? '', role: 'receiver', type: 'delivery.available', occurredAt: new Date() },
          ...{ documentId: id, deliveryId: id, data: { deliveryId: id } },
        })),
      ),
    );
  }
  return ids.map((id) => `${id}-receiver`);
}

it('brings a document to its receiver and every step back to its sender, content by claim check', async () => {
  const toReceiver = await reading(await opened(receiver));
  const toSender = await reading(await opened(sender));
  const pdf = await signedPdf(axis.ground.config.keys.dir, 'AMQP');
  const sent = await sender.rest.submit(letter(), [{ name: 'cong-van.pdf', bytes: pdf }]);
  const documentId = (sent.body as { id: string }).id;

  await eventually(() => {
    expect(toReceiver.of('delivery.available')).toHaveLength(1);
  });
  const [available] = toReceiver.of('delivery.available');
  expect(available?.data).toMatchObject({ role: 'receiver', agency: 'H17.05', documentId });
  const { href } = available?.data as { href: { document: string; delivery: string } };
  const { files } = (await receiver.rest.get(href.document)).body as { files: { href: string; sha256: string }[] };
  const content = await receiver.dms.call(files[0]?.href ?? '');
  expect(sha256(Buffer.from(await content.arrayBuffer()))).toBe(files[0]?.sha256);

  await receiver.rest.post(`${href.delivery}/acknowledgement`, { result: 'done' });
  for (const code of ['01', '03', '06']) await receiver.rest.post(`${href.delivery}/statuses`, { code });
  await eventually(() => {
    expect(toSender.of('delivery.status').map(({ data }) => (data['status'] as { code: string }).code)).toEqual([
      '01',
      '03',
      '06',
    ]);
  });
  expect(toSender.of('delivery.handed_over')).toHaveLength(1);

  // The queue says what the feed says, in its order, and a ping before.
  for (const [reader, { rest }] of [[toReceiver, receiver] as const, [toSender, sender] as const]) {
    const { items } = (await rest.get('/v1/events?limit=100')).body as { items: { id: string; cursor: string }[] };
    const [ping, ...told] = reader.events;
    expect(ping).toMatchObject({ type: 'subscription.ping', cursor: undefined });
    expect(told.map(({ id, cursor }) => [id, cursor])).toEqual(items.map(({ id, cursor }) => [id, cursor]));
  }
});

it('gives one queue and one password, however often and at once it is asked', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => put(sender.rest)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const queues = answers.map(({ body }) => body as Queue & { id: string });
  expect(new Set(queues.map(({ id }) => id)).size).toBe(1);
  const [queue, ...others] = queues.filter(({ password }) => password !== null);
  expect(others).toEqual([]);
  if (!queue) throw new Error('no password was told');
  expect(queue.username).toBe(queue.queue);
  expect(queue.url).toMatch(/^amqp:\/\/127\.0\.0\.1:\d+\/?$/);
  await reading(queue);

  const { items } = (await sender.rest.get('/v1/subscriptions')).body as { items: { id: string; kind: string }[] };
  expect(SubscriptionPage.schema.safeParse({ items, next: null }).error).toBeUndefined();
  expect(items).toMatchObject([{ id: queue.id, kind: 'amqp', queue: queue.queue }]);
  const change = { url: 'https://dms.example/events' };
  const refused = await sender.rest.ask(`/v1/subscriptions/${queue.id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(refused).toMatchObject({ status: 409, body: { code: 'subscription.no_address' } });
});

it('gives a queue to who wishes nothing in particular, and sends no body', async () => {
  const answer = await sender.rest.ask('/v1/subscriptions/amqp', { method: 'PUT' });
  expect([answer.status, OpenQueueShape.schema.safeParse(answer.body).error]).toEqual([200, undefined]);
});

it('shows a system its own queue only', async () => {
  const queue = await opened(receiver);
  const other = await opened(sender);
  const connection = await connectTo(queue);
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  await expect(channel.consume(other.queue, () => undefined)).rejects.toMatchObject({ code: 403 });
  await connection.close();

  const reader = await reading(queue);
  const [foreign] = await happened('G22', 1);
  const [own] = await happened('H17.05', 1);
  await eventually(() => {
    expect(reader.events.map(({ id }) => id)).toContain(own);
  });
  expect(reader.events.map(({ id }) => id)).not.toContain(foreign);
});

it('keeps everything, in order, for a system that is away until its queue is full, and longer', async () => {
  const queue = await opened(receiver);
  const ids = await happened('H17.05', 9_000);
  await eventually(async () => {
    const { active, failure } = await shown(receiver);
    expect([active, (failure as { reason: string } | null)?.reason]).toEqual([true, expect.stringContaining('full')]);
  }, 30_000);
  const reader = await reading(queue);
  await eventually(() => {
    expect(reader.events.length).toBe(9_001);
  }, 40_000);
  expect(reader.events.slice(1).map(({ id }) => id)).toEqual(ids);
});

it('rotates credentials: who came by the old ones is put out, and misses nothing', async () => {
  const before = await opened(receiver);
  const reader = await reading(before);
  const { ended } = reader;
  const { status, body } = await receiver.rest.post('/v1/subscriptions/amqp/credentials', {});
  expect([status, OpenQueueShape.schema.safeParse(body).error]).toEqual([200, undefined]);
  await ended;
  await expect(connectTo(before)).rejects.toThrow('ACCESS-REFUSED');
  const ids = await happened('H17.05', 50);
  const after = await reading(body as Queue);
  await eventually(() => {
    expect(after.of('delivery.available').map(({ id }) => id)).toEqual(ids);
  });
});

it('makes again what the broker lost, and what only the broker knows of', async () => {
  const queue = await opened(receiver);
  const admin = await connect(axis.ground.config.amqp.url);
  await (await admin.createChannel()).deleteQueue(queue.queue);
  await admin.close();
  const ids = await happened('H17.05', 3);
  await eventually(async () => {
    const { failure } = await shown(receiver);
    expect((failure as { reason: string } | null)?.reason).toContain('not there');
  });
  expect((await put(receiver.rest)).body).toMatchObject({ queue: queue.queue, password: null });
  const reader = await reading(queue);
  await eventually(() => {
    expect(reader.of('delivery.available').map(({ id }) => id)).toEqual(ids);
  });

  // As after a crash between broker and database: a user whose password nobody was told.
  const { url, managementUrl = '', namespace } = axis.ground.config.amqp;
  await new SystemQueues({ url, managementUrl, namespace }).open(sender.clientId);
  await reading(await opened(sender));
});

it('brings once more what is asked for again', async () => {
  const queue = await opened(receiver);
  const reader = await reading(queue);
  const ids = await happened('H17.05', 5);
  await eventually(() => {
    expect(reader.of('delivery.available')).toHaveLength(5);
  });
  const before = reader.messages;
  const second = reader.of('delivery.available')[1]?.cursor;
  expect((await put(receiver.rest, { from: second, types: ['delivery.available'] })).status).toBe(200);
  await eventually(() => {
    expect(reader.messages).toBe(before + 3);
  });
  expect(reader.of('delivery.available').map(({ id }) => id)).toEqual(ids);
});

it('goes, with its user and what is in it, by either address', async () => {
  for (const remove of ['/v1/subscriptions/amqp', '']) {
    const queue = await opened(receiver);
    const reader = await reading(queue);
    const { ended } = reader;
    const { id } = (await shown(receiver)) as { id: string };
    const answer = await receiver.rest.ask(remove || `/v1/subscriptions/${id}`, { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 200, body: { id, queue: queue.queue } });
    await ended;
    await expect(connectTo(queue)).rejects.toThrow('ACCESS-REFUSED');
    expect((await receiver.rest.get('/v1/subscriptions/amqp')).body).toMatchObject({ code: 'subscription.not_found' });
  }
  const renew = await receiver.rest.post('/v1/subscriptions/amqp/credentials', {});
  expect(renew).toMatchObject({ status: 404, body: { code: 'subscription.not_found' } });
});

it('refuses wishes about agencies of others, and those it does not understand', async () => {
  expect(await put(receiver.rest, { agencies: ['G22'] })).toMatchObject({
    status: 403,
    body: { code: 'agency.not_yours' },
  });
  expect((await put(receiver.rest, { from: 'yesterday' })).status).toBe(400);
  expect((await put(receiver.rest, { queue: 'mine' })).status).toBe(400);
  expect((await receiver.rest.get('/v1/subscriptions/amqp')).status).toBe(404);
});

describe.each([
  ['no management API is known', '', 404, 'amqp.not_offered'],
  ['it does not answer', 'http://127.0.0.1:9', 503, 'service.unavailable'],
])('where %s', (_, address, status, code) => {
  it('says so, and all else goes on', async () => {
    const other = await TestAxis.start({ AMQP_MANAGEMENT_URL: address });
    try {
      const { rest } = await other.join('G22');
      expect(await put(rest)).toMatchObject({ status, body: { code } });
      expect((await rest.get('/v1/subscriptions')).body).toEqual({ items: [], next: null });
    } finally {
      await other.stop();
    }
  });
});
