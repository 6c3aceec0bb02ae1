import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyReceipt } from '@axis/evidence';
import { Certificate } from '@axis/pki';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, signedPdf } from './support/letter';
import type { Part } from './support/rest';
import { ServiceProcess } from './support/service-process';
import { type Joined, joinAt, TestGround } from './support/test-axis';

jest.setTimeout(90_000);

const NAMES = ['gateway', 'signer', 'router', 'courier', 'registrar'] as const;

let ground: TestGround;
const services = new Map<string, ServiceProcess>();
let sender: Joined;
let main: Part;

const start = async (name: string): Promise<void> => {
  services.set(name, await ServiceProcess.start(name, ground.env));
};

function service(name: string): ServiceProcess {
  const found = services.get(name);
  if (!found) throw new Error(`${name} does not run`);
  return found;
}

const joinAxis = (...codes: readonly string[]): Promise<Joined> => joinAt(service('gateway').url, ground, ...codes);

beforeAll(async () => {
  ground = await TestGround.prepare();
  await Promise.all(NAMES.map(start));
  sender = await joinAxis('G22');
  main = { name: 'a.pdf', bytes: await signedPdf(ground.config.keys.dir) };
});

afterAll(async () => {
  await Promise.all([...services.values()].map((one) => one.end('SIGKILL')));
  await ground.clear();
});

it('do the main job together as one process does', async () => {
  const steps = { 'H17.05': ['01', '03', '04', '05', '06'], G12: ['01', '02'], G07: ['01'] };
  const document = await sender.dms.send(letter({ to: ['H17.05', '000.00.00.G12', 'G12', 'G14'], seal: true }), [main]);
  expect(document.signatures?.map(({ indication }) => indication)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED']);

  for (const [code, statuses] of Object.entries(steps)) {
    const { dms } = await joinAxis(code);
    await eventually(async () => {
      expect(await dms.inbox(5)).toHaveLength(1);
    });
    for (const { deliveryId, files } of await dms.inbox(0)) {
      await dms.acknowledge(deliveryId, files[0]?.sha256 ?? '');
      for (const status of statuses) await dms.report(deliveryId, { code: status, reason: 'Sai thẩm quyền' });
    }
  }
  const deliveries = await sender.dms.deliveries(document.id);
  expect(deliveries.map(({ agency, requestedAs, state }) => [agency.code, requestedAs, state])).toEqual([
    ['H17.05', ['H17.05'], 'completed'],
    ['G12', ['000.00.00.G12', 'G12'], 'refused'],
    ['G07', ['G14'], 'arrived'],
  ]);
  const trust = Certificate.listFromPem(await readFile(join(ground.config.keys.dir, 'evidence-trust.pem'), 'utf8'));
  await eventually(async () => {
    const receipts = await sender.dms.receipts(document.id);
    expect(receipts).toHaveLength(15);
    for (const { jws } of receipts) expect(verifyReceipt(jws, trust).ok).toBe(true);
  });
});

it('lose nothing when the signer is killed in the middle of its work', async () => {
  const receiver = await joinAxis('G18');
  const count = 60;
  const before = await ground.count('receipts');
  const sent = Promise.all(
    Array.from({ length: count }, async () => {
      const { status, body } = await sender.rest.submit(letter({ to: ['G18'], seal: true }), [main]);
      expect(status).toBe(202);
      return (body as { id: string }).id;
    }),
  );
  await eventually(async () => {
    expect(await ground.count('documents', `state <> 'submitted'`)).toBeGreaterThan(3);
  });
  expect(await service('signer').end('SIGKILL')).toBe('SIGKILL');
  const ids = await sent;
  expect(await ground.count('documents', `state = 'submitted'`)).toBeGreaterThan(0);
  await start('signer');

  await eventually(async () => {
    expect((await receiver.dms.inbox(5)).map(({ document }) => document.id).sort()).toEqual([...ids].sort());
  }, 60_000);
  await eventually(async () => {
    expect(await ground.count('receipts')).toBe(before + 2 * count);
  });
  expect(await ground.count('documents', `state = 'rejected'`)).toBe(0);
});

it('tell whether they are alive and ready, and what they have done', async () => {
  for (const name of NAMES) {
    const { url } = service(name);
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({
      status: 'ok',
      info: { amqp: { status: 'up' }, database: { status: 'up' } },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_seconds_total');
  }
  // Only the front door answers agencies.
  expect((await fetch(`${service('signer').url}/v1/inbox`)).status).toBe(404);
});

it('end cleanly when asked to, answering those who wait', async () => {
  const receiver = await joinAxis('G17');
  const waiting = receiver.rest.get('/v1/inbox?wait=60');
  await eventually(async () => {
    const listening = await ground.count('pg_stat_activity', `query LIKE '%inbox%' AND datname = current_database()`);
    expect(listening).toBeGreaterThan(0);
  });
  const asked = Date.now();
  const ends = await Promise.all(NAMES.map((name) => service(name).end(name === 'router' ? 'SIGINT' : 'SIGTERM')));
  expect(ends).toEqual([0, 0, 0, 0, 0]);
  expect(Date.now() - asked).toBeLessThan(10_000);
  expect(await waiting).toMatchObject({ status: 200, body: { items: [] } });
});
