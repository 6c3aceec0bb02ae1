import { startServices } from '@axis/service';
import { allServices } from '../apps/axis/src/environment/all-services';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, signedPdf } from './support/letter';
import { Rest } from './support/rest';
import { type Joined, joinAt, TestGround } from './support/test-axis';

jest.setTimeout(60_000);

let ground: TestGround;
beforeAll(async () => {
  ground = await TestGround.prepare();
});
afterAll(() => ground.clear());

it('an agency closed between acceptance and routing gets nothing, and the sender learns why', async () => {
  const main = { name: 'a.pdf', bytes: await signedPdf(ground.config.keys.dir) };
  const unrouted = await startServices(
    allServices.filter(({ name }) => name !== 'router'),
    ground.config,
  );
  let id = '';
  let receiver: Joined;
  try {
    const { rest } = await joinAt(unrouted.url, ground, 'G22');
    id = ((await rest.submit(letter({ to: ['H17.05', 'G12'] }), [main])).body as { id: string }).id;
    receiver = await joinAt(unrouted.url, ground, 'G12');
  } finally {
    await unrouted.stop();
  }
  await ground.database.query(`UPDATE agencies SET status = 'closed' WHERE code = 'G12'`);

  const whole = await startServices(allServices, ground.config);
  try {
    const sender = await joinAt(whole.url, ground, 'G22');
    await eventually(async () => {
      const states = (await sender.dms.deliveries(id)).map(({ agency, state }) => `${agency.code} ${state}`);
      expect(states).toEqual(['H17.05 available', 'G12 failed']);
      const failed = (await sender.dms.receipts(id)).filter(({ kind }) => kind === 'ContentConsignmentFailure');
      expect(failed).toHaveLength(1);
    });
    const [, failed] = await sender.dms.deliveries(id);
    expect(await sender.rest.get(`/v1/deliveries/${failed?.id ?? ''}`)).toMatchObject({
      body: { problem: { code: 'addressee.closed' } },
    });
    const closed = await Rest.signIn(whole.url, receiver.clientId, receiver.secret);
    for (const path of [`/v1/documents/${id}`, `/v1/documents/${id}/files/0`, `/v1/deliveries/${failed?.id ?? ''}`]) {
      expect((await closed.get(path)).status).toBe(404);
    }
  } finally {
    await whole.stop();
  }
});
