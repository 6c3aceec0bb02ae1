import { startServices } from '@axis/service';
import { allServices } from '../apps/axis/src/environment/all-services';
import { eventually } from '../libs/messaging/src/testing/kit';
import { Exchange, type LivingDelivery, problemOf } from './support/exchange';
import { letter, signedPdf } from './support/letter';
import { joinAt, TestGround } from './support/test-axis';

jest.setTimeout(90_000);

const REASON = 'Ban hành nhầm phụ lục';

interface Recalled {
  readonly withdrawn: readonly string[];
  readonly deliveries: readonly LivingDelivery[];
}

describe('a recall', () => {
  let exchange: Exchange;
  beforeAll(async () => {
    exchange = await Exchange.start(['G22', 'H17.05', 'G12', 'G07']);
  });
  afterAll(() => exchange.stop());

  const recall = async (id: string, more: object = {}) => {
    const { status, body } = await exchange.post('G22', `/v1/documents/${id}/recall`, { reason: REASON, ...more });
    expect(status).toBe(200);
    return body as Recalled;
  };
  const states = ({ deliveries }: Recalled) =>
    Object.fromEntries(deliveries.map(({ agency, state, recall: asked }) => [agency.code, `${state} ${asked}`]));

  it('withdraws silently what nobody has read, and asks the others', async () => {
    const { id } = await exchange.send('G22', { to: ['H17.05', 'G12', 'G07'] });
    const taken = await exchange.take('H17.05', id);
    // G12 has read it and not yet acknowledged; G07 has not even looked.
    const [file] = (await exchange.waiting('G12', id))?.files ?? [];
    await exchange.agency('G12').rest.get(file?.href ?? '');

    const expected = { 'H17.05': 'handed_over asked', G12: 'available asked', G07: 'withdrawn none' };
    expect(states(await recall(id))).toEqual(expected);
    expect(states(await recall(id))).toEqual(expected);

    expect(await exchange.waiting('G07', id)).toBeUndefined();
    expect(problemOf(await exchange.get('G07', `/v1/documents/${id}`))).toBe('404 document.not_found');
    const withdrawn = await exchange.delivery('G22', id, 'G07');
    expect(problemOf(await exchange.get('G07', `/v1/deliveries/${withdrawn.id}`))).toBe('404 delivery.not_found');
    expect(withdrawn.reason).toBe(REASON);
    await exchange.proven('G22', id, 'G07', 'ConsignmentWithdrawal');
    const proof = (await exchange.evidence('G22', id, 'G07')).find(({ kind }) => kind === 'ConsignmentWithdrawal');
    expect(proof?.withdrawal).toEqual({ cause: 'recall', reason: REASON });

    // One agrees and one declines, with a reason and a name; the sender learns both.
    const staff = { name: 'Trần Thị Hồng Nhung' };
    const g12 = await exchange.delivery('G22', id, 'G12');
    await exchange.agency('H17.05').dms.report(taken, { code: '15', staff });
    await exchange.agency('G12').dms.report(g12.id, { code: '16', reason: 'Đã triển khai', staff });
    expect(await exchange.delivery('G22', id, 'H17.05')).toMatchObject({ state: 'recalled', recall: 'agreed' });
    expect(await exchange.delivery('G22', id, 'G12')).toMatchObject({ state: 'handed_over', recall: 'declined' });
    const { body } = await exchange.get('G22', `/v1/deliveries/${g12.id}/statuses`);
    expect((body as { items: unknown[] }).items).toMatchObject([
      { code: '13', reason: REASON },
      { code: '13', effect: 'repeated' },
      { code: '16', reason: 'Đã triển khai', staff },
    ]);
    await exchange.proven('G22', id, 'H17.05', 'ContentHandover', 'StatusReport');
  });

  it('ends access to the content, and keeps the record and the receipts', async () => {
    const { id } = await exchange.send('G22', { to: ['H17.05'] });
    const taken = await exchange.take('H17.05', id);
    await recall(id);
    expect((await exchange.get('H17.05', `/v1/documents/${id}/files/0`)).status).toBe(200);
    await exchange.agency('H17.05').dms.report(taken, { code: '15' });
    expect(problemOf(await exchange.get('H17.05', `/v1/documents/${id}/files/0`))).toBe('403 document.access_ended');
    expect((await exchange.get('H17.05', `/v1/documents/${id}`)).status).toBe(200);
    expect((await exchange.get('G22', `/v1/documents/${id}/files/0`)).status).toBe(200);
    await eventually(async () => {
      expect((await exchange.agency('H17.05').dms.receipts(id)).length).toBeGreaterThan(3);
    });
  });

  it('is asked of one receiver by status 13, and of some by name', async () => {
    const { id } = await exchange.send('G22', { to: ['H17.05', 'G12', 'G07'] });
    for (const code of ['H17.05', 'G12', 'G07']) await exchange.take(code, id);
    const { id: one } = await exchange.delivery('G22', id, 'G12');
    const said = await exchange.post('G22', `/v1/deliveries/${one}/statuses`, { code: '13', reason: REASON });
    expect(said.status).toBe(201);
    expect(states(await recall(id, { agencies: ['000.00.00.G07'] }))).toEqual({ G07: 'handed_over asked' });
    expect(await exchange.delivery('G22', id, 'G12')).toMatchObject({ recall: 'asked' });
    expect(await exchange.delivery('G22', id, 'H17.05')).toMatchObject({ recall: 'none' });
  });

  it('is refused without a reason, to others, and of what is not there', async () => {
    const { id } = await exchange.send('G22', { to: ['H17.05'] });
    const delivery = await exchange.take('H17.05', id);
    const asked = async (code: string, path: string, body: object) => problemOf(await exchange.post(code, path, body));
    const path = `/v1/documents/${id}/recall`;
    const statuses = `/v1/deliveries/${delivery}/statuses`;
    expect(await asked('G22', path, { reason: ' ' })).toBe('400 request.malformed');
    expect(await asked('G22', statuses, { code: '13' })).toBe('422 status.reason_required');
    expect(await asked('H17.05', path, { reason: REASON })).toBe('403 document.not_yours');
    expect(await asked('H17.05', statuses, { code: '13', reason: REASON })).toBe('403 status.wrong_party');
    expect(await asked('G22', statuses, { code: '15' })).toBe('403 status.wrong_party');
    expect(await asked('H17.05', statuses, { code: '15' })).toBe('409 status.impossible');
    expect(await asked('G12', path, { reason: REASON })).toBe('404 document.not_found');
    expect(await asked('G12', statuses, { code: '13', reason: REASON })).toBe('404 delivery.not_found');
    expect(await exchange.delivery('G22', id, 'H17.05')).toMatchObject({ state: 'handed_over', recall: 'none' });
  });

  it('racing with the receiver ends in one of the two', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await exchange.send('G22', { to: ['H17.05'] });
      const { id: delivery } = await exchange.delivery('G22', id, 'H17.05');
      const [file] = await Promise.all([
        exchange.get('H17.05', `/v1/documents/${id}/files/0`),
        exchange.post('G22', `/v1/documents/${id}/recall`, { reason: REASON }),
      ]);
      const { state, recall: asked } = await exchange.delivery('G22', id, 'H17.05');
      expect([file.status, state, asked]).toEqual(
        file.status === 200 ? [200, 'available', 'asked'] : [expect.any(Number), 'withdrawn', 'none'],
      );
      const ack = await exchange.post('H17.05', `/v1/deliveries/${delivery}/acknowledgement`, { result: 'done' });
      expect(ack.status).toBe(state === 'withdrawn' ? 409 : 200);
    }
  });
});

describe('a recall of what is still being checked', () => {
  let ground: TestGround;
  beforeAll(async () => {
    ground = await TestGround.prepare();
  });
  afterAll(() => ground.clear());

  it('takes it back before anybody gets it, and frees its number', async () => {
    const description = letter({ to: ['H17.05', 'G12'] });
    const main = { name: 'a.pdf', bytes: await signedPdf(ground.config.keys.dir) };
    let id = '';
    const unsigned = await startServices(
      allServices.filter(({ name }) => name !== 'signer'),
      ground.config,
    );
    try {
      const { rest } = await joinAt(unsigned.url, ground, 'G22');
      id = ((await rest.submit(description, [main])).body as { id: string }).id;
      const some = await rest.post(`/v1/documents/${id}/recall`, { reason: REASON, agencies: ['G12'] });
      expect(problemOf(some)).toBe('409 document.in_process');
      const { body } = await rest.post(`/v1/documents/${id}/recall`, { reason: REASON });
      expect(body).toEqual({ withdrawn: [id], deliveries: [] });
      expect(await rest.get(`/v1/documents/${id}`)).toMatchObject({ body: { state: 'withdrawn' } });
    } finally {
      await unsigned.stop();
    }

    const whole = await startServices(allServices, ground.config);
    try {
      const sender = await joinAt(whole.url, ground, 'G22');
      const receiver = await joinAt(whole.url, ground, 'H17.05');
      const again = await sender.rest.submit({ ...description, subject: 'bản đúng' }, [main], { prefer: 'wait=30' });
      expect(again).toMatchObject({ status: 202, body: { rejection: null } });
      await eventually(async () => {
        expect(await receiver.dms.inbox(0)).toMatchObject([{ document: { id: (again.body as { id: string }).id } }]);
        const receipts = await sender.dms.receipts(id);
        expect(receipts.map(({ kind }) => kind)).toEqual(['SubmissionWithdrawal']);
      });
      expect(await sender.rest.get(`/v1/documents/${id}`)).toMatchObject({ body: { state: 'withdrawn' } });
    } finally {
      await whole.stop();
    }
  });
});

describe('where a recall cancels at once', () => {
  let exchange: Exchange;
  beforeAll(async () => {
    exchange = await Exchange.start(['G22', 'H17.05', 'G12'], { RECALL_POLICY: 'cancel' });
  });
  afterAll(() => exchange.stop());

  it('the receiver is told, loses access, and what it says of it is kept', async () => {
    const { id } = await exchange.send('G22', { to: ['H17.05', 'G12'] });
    const delivery = await exchange.take('H17.05', id);
    const { body } = await exchange.post('G22', `/v1/documents/${id}/recall`, { reason: REASON });
    expect((body as Recalled).deliveries).toMatchObject([
      { agency: { code: 'H17.05' }, state: 'recalled', recall: 'cancelled' },
      { agency: { code: 'G12' }, state: 'withdrawn' },
    ]);
    expect(problemOf(await exchange.get('H17.05', `/v1/documents/${id}/files/0`))).toBe('403 document.access_ended');
    const said = await exchange.post('H17.05', `/v1/deliveries/${delivery}/statuses`, { code: '15' });
    expect(said.body).toMatchObject({ effect: 'late' });
    await exchange.proven('G22', id, 'H17.05', 'StatusReport', 'Recall');
  });
});
