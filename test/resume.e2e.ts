import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyReceipt } from '@axis/evidence';
import { axisTopology } from '@axis/messaging';
import { Certificate } from '@axis/pki';
import { type Service, startServices } from '@axis/service';
import { allServices } from '../apps/axis/src/environment/all-services';
import { eventually, removeTopology } from '../libs/messaging/src/testing/kit';
import { letter, signedPdf } from './support/letter';
import { joinAt, TestGround } from './support/test-axis';

jest.setTimeout(120_000);

let ground: TestGround;
beforeAll(async () => {
  ground = await TestGround.prepare();
});
afterAll(() => ground.clear());

const without = (name: string): Service[] => allServices.filter((service) => service.name !== name);

/** As `psql -v since=… < deploy/resume.sql` does. */
const resume = (): Promise<unknown> => {
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const script = readFileSync(join(__dirname, '../deploy/resume.sql'), 'utf8');
  return ground.database.query(script.replaceAll(":'since'", `'${since}'`));
};

/** A broker that comes up with nothing of what it had. */
const loseQueues = (): Promise<void> => {
  const { url, namespace } = ground.config.amqp;
  return removeTopology(url, axisTopology(namespace));
};

const outboxIsEmpty = () =>
  eventually(async () => {
    expect(await ground.count('outbox')).toBe(0);
  });

const kinds = async (): Promise<string[]> => {
  const rows = await ground.database.query<{ kind: string }[]>('SELECT kind FROM receipts ORDER BY id');
  return rows.map(({ kind }) => kind);
};

/** Runs some services until the work is done and everything is published. */
async function during<T>(services: readonly Service[], work: (url: string) => Promise<T>): Promise<T> {
  const running = await startServices(services, ground.config);
  try {
    const result = await work(running.url);
    await outboxIsEmpty();
    return result;
  } finally {
    await running.stop();
  }
}

/** What agencies were told of. */
const told = (): Promise<unknown[]> =>
  ground.database.query('SELECT id, agency_id, type, document_id, delivery_id FROM feed ORDER BY id, agency_id');

it('takes up each step that the broker lost, and issues each missing receipt and tells each event once', async () => {
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

  // One document goes the whole way unwitnessed, with two statuses, too late, until it expires; then one is lost before each of the next three steps.
  await during(without('registrar'), async (url) => {
    const [sender, receiver] = [await joinAt(url, ground, 'G22'), await joinAt(url, ground, 'H17.05')];
    await submit(sender);
    const [item] = await receiver.dms.inbox(20);
    if (!item) throw new Error('nothing arrived');
    await receiver.dms.report(item.deliveryId, { code: '01' });
    await receiver.dms.report(item.deliveryId, { code: '03', staff: { name: 'Trần Thị Hồng Nhung' } });
  });
  await ground.database.query(
    `UPDATE deliveries SET process_by = now(), acknowledge_overdue_at = now(), process_overdue_at = now();
     UPDATE documents SET expired_at = now()`,
  );
  await loseQueues();
  const lostBefore = async (name: string, reached: () => Promise<void>, receipts: number) => {
    await during(without(name), async (url) => {
      await submit(await joinAt(url, ground, 'G22'));
      await reached();
      const witnessed = Array.from({ length: receipts }, () => 'SubmissionAcceptance');
      await eventually(async () => {
        expect(await kinds()).toEqual(witnessed);
      });
    });
    await loseQueues();
  };
  await lostBefore('courier', () => state('routed', 2), 1);
  await lostBefore('router', () => state('verified', 1), 2);
  await lostBefore('signer', () => state('submitted', 1), 2);

  await resume();
  await resume(); // twice, as one who is not sure does
  const all = [
    ...Array.from({ length: 4 }, () => 'SubmissionAcceptance'),
    ...Array.from({ length: 4 }, () => 'ContentConsignment'),
    ...['ContentHandover', 'StatusReport', 'ConsignmentAcceptance', 'Overdue', 'Overdue', 'ContentExpiry'],
  ].sort();
  await during(allServices, async () => {
    await eventually(async () => {
      expect((await kinds()).sort()).toEqual(all);
    });
    await state('routed', 4);
  });

  await resume();
  expect(await ground.count('outbox')).toBe(0);
  // Lost before the feed, while receipts were issued.
  const before = await told();
  expect(before).toHaveLength(23);
  await ground.database.query('DELETE FROM feed');
  await resume();
  await during(allServices, () =>
    eventually(async () => {
      expect(await told()).toEqual(before);
    }),
  );
  expect((await kinds()).sort()).toEqual(all);
  await resume();
  expect(await ground.count('outbox')).toBe(0);
  const anchor = Certificate.listFromPem(readFileSync(join(ground.config.keys.dir, 'evidence-trust.pem'), 'utf8'));
  const receipts = await ground.database.query<{ jws: string }[]>('SELECT jws FROM receipts');
  for (const { jws } of receipts) expect(verifyReceipt(jws, anchor)).toMatchObject({ ok: true });
});
