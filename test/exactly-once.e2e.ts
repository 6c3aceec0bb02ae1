import { setTimeout as pause } from 'node:timers/promises';
import { DeadLetters } from '@axis/messaging';
import type { SentDocument } from '../apps/axis/src/demo/dms';
import { Cable, eventually } from '../libs/messaging/src/testing/kit';
import { type Description, letter, signedPdf } from './support/letter';
import type { Part } from './support/rest';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(120_000);

const DOCUMENTS = 200;
const SENDERS = 8;
const RECEIVERS = ['H17.05', 'G12'];

let axis: TestAxis;
let cable: Cable;
let sender: Joined;
let main: Part;

beforeAll(async () => {
  const broker = process.env['TEST_AMQP_URL'] ?? '';
  cable = await Cable.to(broker);
  axis = await TestAxis.start({ AMQP_URL: cable.through(broker) });
  sender = await axis.join('G22');
  main = { name: 'a.pdf', bytes: await signedPdf(axis.ground.config.keys.dir) };
});

afterAll(async () => {
  await axis.stop();
  await cable.remove();
});

/** As a careful client does: the same again under the same key, until there is an answer. */
async function sendUntilAnswered(description: Description): Promise<SentDocument> {
  for (;;) {
    const headers = { 'idempotency-key': `key-${String(description['number'])}` };
    const answer = await sender.rest.submit(description, [main], headers).catch(() => undefined);
    if (answer && answer.status < 500) {
      expect([200, 202]).toContain(answer.status);
      return answer.body as SentDocument;
    }
    await pause(100);
  }
}

/** Fetches and acknowledges whatever comes, until there are so many documents. @returns their ids as they came */
async function receiveAll({ dms }: Joined): Promise<string[]> {
  const seen = new Map<string, string>();
  while (seen.size < DOCUMENTS) {
    for (const { deliveryId, document, files } of await dms.inbox(2).catch(() => [])) {
      await dms.acknowledge(deliveryId, files[0]?.sha256 ?? '').then(
        () => seen.set(deliveryId, document.id),
        () => undefined,
      );
    }
  }
  return [...seen.values()];
}

/** All that a night may bring: the broker's connections cut, the database's too, and every service stopped and started. */
async function disturb(accepted: () => number): Promise<void> {
  const after = (count: number) =>
    eventually(() => {
      expect(accepted()).toBeGreaterThanOrEqual(count);
    }, 60_000);
  await after(DOCUMENTS / 10);
  cable.unplug();
  await pause(500);
  cable.plug();
  await after((DOCUMENTS * 3) / 10);
  await axis.ground.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await after((DOCUMENTS * 5) / 10);
  await axis.restart();
  await after((DOCUMENTS * 7) / 10);
  cable.unplug();
  cable.plug();
}

it('brings each document to each addressee once, whatever breaks meanwhile', async () => {
  const receivers = await Promise.all(RECEIVERS.map((code) => axis.join(code)));
  const letters = Array.from({ length: DOCUMENTS }, () => letter({ to: RECEIVERS }));
  const sent: string[] = [];
  const waiting = [...letters];
  const send = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) sent.push((await sendUntilAnswered(next)).id);
  };
  const [received] = await Promise.all([
    Promise.all(receivers.map(receiveAll)),
    disturb(() => sent.length),
    ...Array.from({ length: SENDERS }, send),
  ]);

  expect(new Set(sent).size).toBe(DOCUMENTS);
  for (const ids of received) expect([...ids].sort()).toEqual([...sent].sort());
  const { ground } = axis;
  expect(await ground.count('documents')).toBe(DOCUMENTS);
  expect(await ground.count('deliveries')).toBe(DOCUMENTS * RECEIVERS.length);
  const expected = {
    SubmissionAcceptance: DOCUMENTS,
    ContentConsignment: DOCUMENTS * RECEIVERS.length,
    ContentHandover: DOCUMENTS * RECEIVERS.length,
  };
  await eventually(async () => {
    const rows = await ground.database.query<{ kind: string; all: number; different: number }[]>(
      `SELECT kind, count(*)::int AS all, count(DISTINCT (document_id, delivery_id))::int AS different FROM receipts GROUP BY kind`,
    );
    expect(Object.fromEntries(rows.map(({ kind, all }) => [kind, all]))).toEqual(expected);
    expect(Object.fromEntries(rows.map(({ kind, different }) => [kind, different]))).toEqual(expected);
  }, 60_000);
  await eventually(async () => {
    expect(await ground.count('outbox')).toBe(0);
  });
  expect(await axis.app.get(DeadLetters, { strict: false }).count()).toBe(0);
});

it('takes documents while the broker is away, says so, and sends them on after', async () => {
  const before = await axis.ground.count('deliveries', `state = 'available'`);
  const health = async () => {
    const { status, body } = await sender.rest.get('/health/ready');
    return { status, amqp: (body as { details: { amqp: { status: string } } }).details.amqp.status };
  };
  cable.unplug();
  await eventually(async () => {
    expect(await health()).toEqual({ status: 503, amqp: 'down' });
  });
  const { status, body } = await sender.rest.submit(letter(), [main], { prefer: 'wait=1' });
  expect({ status, body }).toMatchObject({ status: 202, body: { state: 'submitted' } });
  expect(await axis.ground.count('outbox')).toBe(1);
  cable.plug();
  await eventually(async () => {
    expect(await health()).toEqual({ status: 200, amqp: 'up' });
    expect(await axis.ground.count('deliveries', `state = 'available'`)).toBe(before + 1);
  }, 30_000);
});

it.each([
  ['with the same key', { 'idempotency-key': 'at-once' }],
  ['without a key', {}],
  ['with keys of their own', undefined],
])('makes one document of twenty equal submissions at once, %s', async (_, headers) => {
  const before = await axis.ground.count('documents');
  const description = letter();
  const large = { name: 'b.bin', bytes: Buffer.alloc(1_200_000, 7), type: 'application/octet-stream' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_none, i) =>
      sender.rest.submit(description, [main, large], headers ?? { 'idempotency-key': `own-${i}` }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 202]);
  expect(new Set(answers.map(({ body }) => (body as SentDocument).id)).size).toBe(1);
  expect(await axis.ground.count('documents')).toBe(before + 1);
  expect(await axis.ground.count('uploads')).toBe(0);
  expect(await axis.ground.count('contents', 'size = $1', [1_200_000])).toBe(1);
  // 1,200,000 bytes are five chunks of 256 KiB.
  expect(await axis.ground.count('content_chunks')).toBe(5);
});
