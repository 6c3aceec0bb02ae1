import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Evidence, verifyReceipt } from '@axis/evidence';
import { axisTopology } from '@axis/messaging';
import { Certificate } from '@axis/pki';
import { type Service, startServices } from '@axis/service';
import { resumeLost } from '../apps/axis/src/commands/resume';
import { allServices } from '../apps/axis/src/environment/all-services';
import { GiveUpOverdue } from '../apps/courier/src/give-up-overdue';
import { WatchDeadlines } from '../apps/registrar/src/watch-deadlines';
import { ExpireDocuments } from '../apps/router/src/expire-documents';
import { eventually, removeTopology } from '../libs/messaging/src/testing/kit';
import { Exchange } from './support/exchange';
import { letter, signedPdf } from './support/letter';
import { joinAt, TestGround } from './support/test-axis';

jest.setTimeout(120_000);

interface Resumed {
  readonly total: number;
  readonly events: Readonly<Record<string, number>>;
}

/** `axis resume --since <an hour ago>`, and what it said. */
async function resume(ground: TestGround, ...more: readonly string[]): Promise<Resumed> {
  const environment = { ...process.env };
  const said: string[] = [];
  const written = jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    Object.assign(process.env, ground.env);
    const since = new Date(Date.now() - 3_600_000).toISOString().replace(/:\d\d\.\d+Z$/, '+00');
    expect(await resumeLost(['--since', since, '--json', ...more])).toBe(0);
  } finally {
    written.mockRestore();
    process.env = environment;
  }
  return JSON.parse(said.join('')) as Resumed;
}

/** All that receipts prove, each verified, and all that the feed tells, in one order. */
async function witnessed(ground: TestGround) {
  const anchors = Certificate.listFromPem(readFileSync(join(ground.config.keys.dir, 'evidence-trust.pem'), 'utf8'));
  const receipts = await ground.database.query<{ id: string; jws: string }[]>(
    'SELECT id, jws FROM receipts ORDER BY id',
  );
  const evidence = receipts.map(({ id, jws }): Evidence => {
    const verdict = verifyReceipt(jws, anchors);
    if (!verdict.ok) throw new Error(`receipt ${id} does not verify: ${verdict.detail}`);
    return verdict.evidence;
  });
  const feed = await ground.database.query<{ type: string }[]>(
    'SELECT id, agency_id, role, type, document_id, delivery_id, occurred_at FROM feed ORDER BY id, agency_id',
  );
  return { evidence, feed };
}

const outboxIsEmpty = (ground: TestGround) =>
  eventually(async () => {
    expect(await ground.count('outbox')).toBe(0);
  });

describe('where the queues of a broker were lost', () => {
  let ground: TestGround;
  beforeAll(async () => {
    ground = await TestGround.prepare();
  });
  afterAll(() => ground.clear());

  const without = (name: string): Service[] => allServices.filter((service) => service.name !== name);

  /** A broker that comes up with nothing of what it had. */
  const loseQueues = (): Promise<void> => {
    const { url, namespace } = ground.config.amqp;
    return removeTopology(url, axisTopology(namespace));
  };

  const kinds = async (): Promise<string[]> => {
    const rows = await ground.database.query<{ kind: string }[]>('SELECT kind FROM receipts ORDER BY id');
    return rows.map(({ kind }) => kind);
  };

  /** Runs some services until the work is done and everything is published. */
  async function during<T>(services: readonly Service[], work: (url: string) => Promise<T>): Promise<T> {
    const running = await startServices(services, ground.config);
    try {
      const result = await work(running.url);
      await outboxIsEmpty(ground);
      return result;
    } finally {
      await running.stop();
    }
  }

  it('takes up each step, and issues each missing receipt once', async () => {
    const pdf = await signedPdf(ground.config.keys.dir);
    const submit = async (sender: Awaited<ReturnType<typeof joinAt>>): Promise<string> => {
      const { status, body } = await sender.rest.submit(letter(), [{ name: 'cv.pdf', bytes: pdf }]);
      expect(status).toBe(202);
      return (body as { id: string }).id;
    };
    const state = (name: string, count: number) =>
      eventually(async () => {
        expect(await ground.count('documents', 'state = $1', [name])).toBe(count);
      });

    // One document goes the whole way unwitnessed, with two statuses; then one is lost before each of the next three steps.
    await during(without('registrar'), async (url) => {
      const [sender, receiver] = [await joinAt(url, ground, 'G22'), await joinAt(url, ground, 'H17.05')];
      await submit(sender);
      const [item] = await receiver.dms.inbox(20);
      if (!item) throw new Error('nothing arrived');
      await receiver.dms.report(item.deliveryId, { code: '01' });
      await receiver.dms.report(item.deliveryId, { code: '03', staff: { name: 'Trần Thị Hồng Nhung' } });
    });
    await loseQueues();
    const lostBefore = async (name: string, reached: () => Promise<void>, receipts: number) => {
      await during(without(name), async (url) => {
        await submit(await joinAt(url, ground, 'G22'));
        await reached();
        const accepted = Array.from({ length: receipts }, () => 'SubmissionAcceptance');
        await eventually(async () => {
          expect(await kinds()).toEqual(accepted);
        });
      });
      await loseQueues();
    };
    await lostBefore('courier', () => state('routed', 2), 1);
    await lostBefore('router', () => state('verified', 1), 2);
    await lostBefore('signer', () => state('submitted', 1), 2);

    const would = await resume(ground, '--dry-run');
    expect(await ground.count('outbox')).toBe(0);
    expect(await resume(ground)).toMatchObject({ ...would, dryRun: false });
    // Again, as one who is not sure does.
    expect((await resume(ground)).total).toBe(0);
    const all = [
      ...Array.from({ length: 4 }, () => 'SubmissionAcceptance'),
      ...Array.from({ length: 4 }, () => 'ContentConsignment'),
      ...['ContentHandover', 'StatusReport', 'ConsignmentAcceptance'],
    ].sort();
    await during(allServices, async () => {
      await eventually(async () => {
        expect((await kinds()).sort()).toEqual(all);
      });
      await state('routed', 4);
      // Of these all are told to somebody, and some to both sides.
      await eventually(async () => {
        expect((await resume(ground, '--dry-run')).total).toBe(0);
      });
    });
    expect((await witnessed(ground)).evidence).toHaveLength(all.length);
  });
});

describe('where all that was witnessed of documents was lost', () => {
  let exchange: Exchange;
  let ground: TestGround;
  beforeAll(async () => {
    const codes = ['G22', 'H17', 'H17.05', 'G12', 'G07'];
    exchange = await Exchange.start(codes, { RECALL_POLICY: 'cancel' });
    ground = exchange.axis.ground;
  });
  afterAll(() => exchange.stop());

  const ok = async (asked: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> => {
    const { status, body } = await asked;
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  };
  /** A service of the axis by whose settings nothing is waited for. */
  const atOnce = <T extends object>(service: new (...parts: never[]) => T): T =>
    Object.assign(Object.create(exchange.axis.app.get<T>(service, { strict: false })) as T, {
      config: { deliveryExpiresDays: 0, retentionDays: 0 },
    });
  const reason = 'Ban hành nhầm phụ lục';

  /** Documents to which everything happens that can. */
  async function live(): Promise<void> {
    // Given up, and handed over after all; reported on, late, twice; forwarded; overdue; recalled with what was forwarded.
    const { id } = await exchange.send('G22', { to: ['H17'] });
    await atOnce(GiveUpOverdue).giveUp(new Date());
    const top = (await exchange.delivery('G22', id, 'H17')).id;
    await ok(exchange.post('H17', `/v1/deliveries/${top}/acknowledgement`, { result: 'done' }));
    for (const code of ['03', '01', '03']) await exchange.agency('H17').dms.report(top, { code });
    await ok(exchange.post('H17', `/v1/deliveries/${top}/forwards`, { to: ['H17.05'] }));
    await exchange.proven('G22', id, 'H17.05', 'ContentConsignment');
    await ground.database.query('UPDATE deliveries SET acknowledge_by = now(), process_by = now()');
    await atOnce(WatchDeadlines).watch(new Date());
    await ok(exchange.post('G22', `/v1/documents/${id}/recall`, { reason }));

    // Off the list: one that has read it and one that has not.
    const moved = await exchange.send('G22', { to: ['H17.05', 'G12', 'G07'] });
    await exchange.take('H17.05', moved.id);
    await ok(exchange.post('G22', `/v1/documents/${moved.id}/receivers`, { remove: ['H17.05', 'G12'] }));

    // Updated, then replaced: each read by one and not by the other.
    const first = await exchange.send('G22', { number: '9001', to: ['H17.05', 'G12'] });
    await exchange.take('H17.05', first.id);
    const business = { type: 'update', document: first.reference };
    const second = await exchange.send('G22', { number: '9001', business, to: [], subject: 'bản cập nhật' });
    const asked = await exchange.take('H17.05', second.id);
    await exchange.agency('H17.05').dms.report(asked, { code: '15' });
    await exchange.send('G22', {
      business: { type: 'replace', replaced: [{ document: first.reference }] },
      to: ['G07'],
    });

    // Refused by its receiver; not signed; recalled before it was routed.
    const refused = await exchange.send('G22', { to: ['G12'] });
    const returned = await exchange.take('G12', refused.id);
    await exchange.agency('G12').dms.report(returned, { code: '02', reason: 'Sai thẩm quyền' });
    const unsigned = [{ name: 'a.pdf', bytes: Buffer.from('%PDF-1.7\n%%EOF\n') }];
    await ok(exchange.agency('G22').rest.submit(letter({ to: ['G12'] }), unsigned, { prefer: 'wait=30' }));
    while ((await ground.count('documents', `state = 'withdrawn'`)) === 0) await sendAndRecall();

    await atOnce(ExpireDocuments).expireAll(new Date());
  }

  async function sendAndRecall(): Promise<void> {
    const pdf = await signedPdf(ground.config.keys.dir);
    const { body } = await exchange.agency('G22').rest.submit(letter({ to: ['G12'] }), [{ name: 'a.pdf', bytes: pdf }]);
    await exchange.post('G22', `/v1/documents/${(body as { id: string }).id}/recall`, { reason });
  }

  /** Waits until nothing is on its way any more. */
  const settled = async (): Promise<void> => {
    await outboxIsEmpty(ground);
    await eventually(async () => {
      expect((await resume(ground, '--dry-run')).events).toEqual({});
    });
  };

  it('has all receipts and the whole feed again as they were, each once, and tells nothing when nothing was lost', async () => {
    await live();
    await settled();
    const before = await witnessed(ground);
    const kinds = new Set(before.evidence.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(
      [
        ...['SubmissionAcceptance', 'SubmissionRejection', 'SubmissionWithdrawal'],
        ...['ContentConsignment', 'ContentConsignmentFailure', 'ContentHandover', 'ContentExpiry'],
        ...['ConsignmentAcceptance', 'ConsignmentRejection', 'ConsignmentWithdrawal', 'StatusReport'],
        ...['Forwarding', 'Overdue', 'Recall', 'Removal', 'Supersession'],
      ].sort(),
    );
    const causes = new Set(
      before.evidence.flatMap(({ kind, withdrawal }) => (withdrawal ? [`${kind} ${withdrawal.cause}`] : [])),
    );
    expect([...causes].sort()).toEqual([
      ...['recall', 'removal', 'replace', 'update'].map((cause) => `ConsignmentWithdrawal ${cause}`),
      ...['Recall recall', 'Removal removal'],
    ]);

    for (const lost of ['receipts', 'feed', 'receipts, feed']) {
      await ground.database.query(`TRUNCATE ${lost}`);
      const told = await resume(ground);
      await resume(ground);
      expect(told.total).toBeGreaterThan(40);
      await settled();
      expect(await witnessed(ground)).toEqual(before);
    }
  });

  it('may be asked while documents are on their way', async () => {
    const before = await witnessed(ground);
    const letters = Array.from({ length: 10 }, () => exchange.send('G22', { to: ['G12', 'G07'] }));
    const way = { open: true };
    const sending = Promise.all(letters).finally(() => (way.open = false));
    // How much it finds on the way is chance; that it does no harm is not.
    while (way.open) await resume(ground);
    await sending;
    await settled();
    const after = await witnessed(ground);
    // Accepted, and put into two inboxes; the sender hears of all, each receiver of its own.
    expect(after.evidence).toHaveLength(before.evidence.length + 10 * 3);
    expect(after.feed).toHaveLength(before.feed.length + 10 * 5);
  });
});
