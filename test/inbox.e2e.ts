import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence } from '@axis/evidence';
import { Notifications } from '@axis/storage';
import type { InboxItem, SentDocument } from '../apps/axis/src/demo/dms';
import { GiveUpOverdue } from '../apps/courier/src/give-up-overdue';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, sha256, signedPdf } from './support/letter';
import type { Part } from './support/rest';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

interface InboxPage {
  readonly items: readonly InboxItem[];
  readonly next: string | null;
}

let axis: TestAxis;
let sender: Joined;
let main: Part;

beforeAll(async () => {
  axis = await TestAxis.start();
  sender = await axis.join('G22');
  main = { name: 'a.pdf', bytes: await signedPdf(axis.ground.config.keys.dir) };
});

afterAll(() => axis.stop());

async function send(to: string, files: readonly Part[] = [main], headers: Record<string, string> = {}) {
  const answer = await sender.rest.submit(letter({ to: [to] }), files, headers);
  expect(answer.status).toBe(202);
  return answer.body as SentDocument;
}

async function list({ rest }: Joined, query: string): Promise<InboxPage> {
  const { status, body } = await rest.get(`/v1/inbox?${query}`);
  expect(status).toBe(200);
  return body as InboxPage;
}

/** How many requests wait for something to happen. */
const waiting = (channel: 'inbox' | 'documents'): number =>
  axis.app.get(Notifications, { strict: false })['waiters'].get(channel)?.size ?? 0;

it('is read page by page without loss or double, while others are acknowledged', async () => {
  const receiver = await axis.join('H17.05');
  const sent = await Promise.all(Array.from({ length: 23 }, () => send('H17.05')));
  await eventually(async () => {
    expect((await list(receiver, 'limit=500')).items).toHaveLength(23);
  });
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: InboxPage = await list(receiver, `limit=5${cursor && `&cursor=${cursor}`}`);
    expect(page.items.length).toBeLessThanOrEqual(5);
    seen.push(...page.items.map(({ document }) => document.id));
    for (const { deliveryId, files } of page.items.slice(1)) {
      await receiver.dms.acknowledge(deliveryId, files[0]?.sha256 ?? '');
    }
    cursor = page.next;
  }
  expect(seen).toHaveLength(23);
  expect(new Set(seen)).toEqual(new Set(sent.map(({ id }) => id)));
  // One of each page was left.
  expect((await list(receiver, '')).items).toHaveLength(5);
});

it('shows the documents an agency sent, newest first, page by page', async () => {
  const all = (await sender.rest.get('/v1/documents?limit=500')).body as { items: { id: string }[]; next: null };
  const paged: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await sender.rest.get(`/v1/documents?limit=7${cursor && `&cursor=${cursor}`}`);
    const page = body as { items: { id: string }[]; next: string | null };
    paged.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  expect(paged).toEqual(all.items.map(({ id }) => id));
  expect(paged).toEqual([...paged].sort().reverse());
});

it('wakes who waits within a second of the arrival, and nobody else', async () => {
  const [receiver, other] = [await axis.join('G12'), await axis.join('G15')];
  const woken = list(receiver, 'wait=20');
  const notWoken = list(other, 'wait=2');
  await eventually(() => {
    expect(waiting('inbox')).toBe(2);
  });
  const { id } = await send('G12');
  const { items } = await woken;
  const answeredAt = Date.now();
  expect(items.map(({ document }) => document.id)).toEqual([id]);
  const [delivery] = (
    await receiver.rest
      .get(`/v1/documents/${id}/deliveries`)
      .then(({ body }) => body as { items: { availableAt: string }[] })
  ).items;
  expect(answeredAt - Date.parse(delivery?.availableAt ?? '')).toBeLessThan(1_000);
  expect((await notWoken).items).toEqual([]);
});

it('answers empty when the wait is over', async () => {
  const receiver = await axis.join('G18');
  const start = Date.now();
  expect(await list(receiver, 'wait=1')).toEqual({ items: [], next: null });
  expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  expect(Date.now() - start).toBeLessThan(3_000);
});

it('waits for nobody who has gone', async () => {
  const receiver = await axis.join('G17');
  const gone = new AbortController();
  const polls = Array.from({ length: 20 }, () => receiver.rest.get('/v1/inbox?wait=60', {}, gone.signal));
  await eventually(() => {
    expect(waiting('inbox')).toBe(20);
  });
  gone.abort();
  await Promise.allSettled(polls);
  await eventually(() => {
    expect(waiting('inbox')).toBe(0);
  }, 2_000);
});

it('keeps an item until it is acknowledged as done', async () => {
  const receiver = await axis.join('G10');
  const { id } = await send('G10');
  const [item] = (await list(receiver, 'wait=20')).items;
  const path = `/v1/deliveries/${item?.deliveryId ?? ''}/acknowledgement`;
  for (const result of ['processing', 'fail']) {
    expect((await receiver.rest.post(path, { result, reason: 'Hết dung lượng đĩa' })).status).toBe(200);
    expect((await list(receiver, '')).items.map(({ document }) => document.id)).toEqual([id]);
  }
  for (let times = 0; times < 3; times++) {
    const { status, body } = await receiver.rest.post(path, { result: 'done' });
    expect({ status, body }).toMatchObject({ status: 200, body: { state: 'handed_over' } });
    expect((await list(receiver, '')).items).toEqual([]);
  }
  await eventually(async () => {
    const kinds = (await receiver.dms.receipts(id)).map(({ kind }) => kind);
    expect(kinds).toEqual(['SubmissionAcceptance', 'ContentConsignment', 'ContentHandover']);
  });
});

it('gives up what nobody fetched in its time, tells the sender, and still lets a late receiver have it', async () => {
  const receiver = await axis.join('H17.18');
  const { id } = await send('H17.18');
  const [item] = (await list(receiver, 'wait=20')).items;
  const longAgo = `UPDATE deliveries SET available_at = now() - interval '31 days' WHERE id = $1`;
  await axis.ground.database.query(longAgo, [item?.deliveryId]);
  expect(await axis.app.get(GiveUpOverdue, { strict: false }).giveUp(new Date())).toBeGreaterThan(0);
  expect((await list(receiver, '')).items).toEqual([]);
  const evidence = async () =>
    (await sender.dms.receipts(id)).map(({ jws }) => {
      const { kind, problem } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Evidence;
      return [kind, problem?.code];
    });
  const untilGivenUp = [
    ['SubmissionAcceptance', undefined],
    ['ContentConsignment', undefined],
    ['ContentConsignmentFailure', 'delivery.expired'],
  ];
  await eventually(async () => {
    expect(await evidence()).toEqual(untilGivenUp);
  });
  const path = `/v1/deliveries/${item?.deliveryId ?? ''}/acknowledgement`;
  expect(await receiver.rest.post(path, { result: 'done' })).toMatchObject({ body: { state: 'handed_over' } });
  await eventually(async () => {
    expect(await evidence()).toEqual([...untilGivenUp, ['ContentHandover', undefined]]);
  });
});

it('is one for all agencies of a system, or for one of them', async () => {
  const receiver = await axis.join('G05', 'G11');
  await Promise.all([send('G05'), send('G11')]);
  await eventually(async () => {
    expect((await list(receiver, '')).items.map(({ agency }) => agency.code).sort()).toEqual(['G05', 'G11']);
  });
  expect((await list(receiver, 'agency=G11')).items.map(({ agency }) => agency.code)).toEqual(['G11']);
});

describe('a file', () => {
  let document: SentDocument;
  let reader: Joined;
  /** In its row, and in chunks of 256 KiB. */
  const attachments = [
    Buffer.from('Phụ lục số liệu'),
    Buffer.from(Uint8Array.from({ length: 1_500_000 }, (_, i) => i % 251)),
  ];

  beforeAll(async () => {
    reader = await axis.join('G16');
    document = await send('G16', [
      main,
      ...attachments.map((bytes, i) => ({ name: `Phụ lục (${i + 1}).bin`, bytes, type: 'application/octet-stream' })),
    ]);
    await list(reader, 'wait=20');
  });

  const fetchFile = async (position: number, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${reader.rest.token ?? ''}`;
    const url = `${axis.url}/v1/documents/${document.id}/files/${position}`;
    const response = await fetch(url, { headers: { ...headers, authorization } });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it.each([1, 2])('comes whole, under its name, with its hash as ETag (file %i)', async (position) => {
    const whole = attachments[position - 1] ?? Buffer.alloc(0);
    const { response, bytes } = await fetchFile(position);
    expect(response.status).toBe(200);
    expect(bytes.equals(whole)).toBe(true);
    const headers = {
      'content-length': String(whole.length),
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''Ph%E1%BB%A5%20l%E1%BB%A5c%20%28${position}%29.bin`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      etag: `"${sha256(whole)}"`,
    };
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
  });

  it.each([
    [1, 'bytes=0-3', 0, 3],
    [1, 'bytes=5-', 5, undefined],
    [1, 'bytes=-4', -4, undefined],
    [2, 'bytes=0-0', 0, 0],
    [2, 'bytes=262143-262144', 262_143, 262_144],
    [2, 'bytes=100000-1400000', 100_000, 1_400_000],
    [2, 'bytes=-1', -1, undefined],
    [2, 'bytes=1499990-9999999', 1_499_990, undefined],
  ])('comes in part: file %i, %s', async (position, range, start, end) => {
    const whole = attachments[position - 1] ?? Buffer.alloc(0);
    const expected = whole.subarray(start, end === undefined ? undefined : end + 1);
    const first = start < 0 ? whole.length + start : start;
    const { response, bytes } = await fetchFile(position, { range });
    expect(response.status).toBe(206);
    expect(bytes.equals(expected)).toBe(true);
    expect(response.headers.get('content-length')).toBe(String(expected.length));
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${first + expected.length - 1}/${whole.length}`);
  });

  it('is not sent again to who has it', async () => {
    const etag = `"${sha256(attachments[1] ?? Buffer.alloc(0))}"`;
    for (const known of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const { response, bytes } = await fetchFile(2, { 'if-none-match': known });
      expect({ known, status: response.status, length: bytes.length }).toEqual({ known, status: 304, length: 0 });
    }
    expect((await fetchFile(2, { 'if-none-match': '"other"' })).response.status).toBe(200);
  });

  it('is gone on with only while it is the same (If-Range)', async () => {
    const range = 'bytes=10-19';
    const etag = `"${sha256(attachments[1] ?? Buffer.alloc(0))}"`;
    expect((await fetchFile(2, { range, 'if-range': etag })).response.status).toBe(206);
    expect((await fetchFile(2, { range, 'if-range': '"other"' })).response.status).toBe(200);
  });

  it('whose reader goes away in the middle leaves nothing open', async () => {
    const gone = new AbortController();
    const authorization = `Bearer ${reader.rest.token ?? ''}`;
    const url = `${axis.url}/v1/documents/${document.id}/files/2`;
    const response = await fetch(url, { headers: { authorization }, signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    await pause(50);
    expect((await fetchFile(2)).bytes.length).toBe(1_500_000);
  });
});

describe('Prefer: wait', () => {
  it('answers once the signatures are checked', async () => {
    const headers = { prefer: 'respond-async, wait=20' };
    const document = await send('G03', [main], headers);
    expect(['verified', 'routed']).toContain(document.state);
    expect(document.signatures).toHaveLength(1);
  });

  it('is not waited without', async () => {
    const start = Date.now();
    expect((await send('G03')).state).toBe('submitted');
    expect(Date.now() - start).toBeLessThan(2_000);
  });

  it('is not held for a sender who has gone', async () => {
    const release = await holdVerdicts();
    const gone = new AbortController();
    const body = new FormData();
    body.append('document', JSON.stringify(letter({ to: ['G03'] })));
    body.append('file', new Blob([new Uint8Array(main.bytes)], { type: 'application/pdf' }), 'a.pdf');
    const headers = { prefer: 'wait=60' };
    const sent = sender.rest.ask('/v1/documents', { method: 'POST', body, headers, signal: gone.signal });
    await eventually(() => {
      expect(waiting('documents')).toBe(1);
    });
    gone.abort();
    await expect(sent).rejects.toThrow('aborted');
    await eventually(() => {
      expect(waiting('documents')).toBe(0);
    }, 2_000);
    await release();
  });

  /** The database keeps the signer from writing any verdict until released. */
  async function holdVerdicts(): Promise<() => Promise<void>> {
    const holder = axis.ground.database.createQueryRunner();
    await holder.query(`
      SELECT pg_advisory_lock(1);
      CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END';
      CREATE TRIGGER hold BEFORE UPDATE ON documents EXECUTE FUNCTION hold()`);
    return async () => {
      await holder.query('SELECT pg_advisory_unlock(1); DROP TRIGGER hold ON documents');
      await holder.release();
    };
  }
});
