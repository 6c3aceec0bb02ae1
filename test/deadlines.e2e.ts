import type { Evidence } from '@axis/evidence';
import { DocumentShape, ListedDeliveryPage, RegisterPage } from '../apps/gateway/src/shapes';
import { ExpireDocuments } from '../apps/router/src/expire-documents';
import { WatchDeadlines } from '../apps/registrar/src/watch-deadlines';
import { eventually } from '../libs/messaging/src/testing/kit';
import { type Description, letter, signedPdf } from './support/letter';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

let axis: TestAxis;
let sender: Joined;
let pdf: Buffer;

beforeAll(async () => {
  axis = await TestAxis.start({ RETENTION_DAYS: '30' });
  sender = await axis.join('G22');
  pdf = await signedPdf(axis.ground.config.keys.dir);
});
afterAll(() => axis.stop());

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

interface Delivery {
  readonly id: string;
  readonly documentId: string;
  readonly state: string;
  readonly availableAt: string;
  readonly acknowledgeBy: string;
  readonly processBy: string | null;
  readonly overdue: readonly string[];
  readonly registration: { readonly number: number; readonly year: number; readonly at: string } | null;
  readonly document: { readonly subject: string };
}

interface Listed<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

async function send(to: string | readonly string[], differences: Description = {}): Promise<string> {
  const description = letter({ to: [to].flat(), ...differences });
  const { status, body } = await sender.rest.submit(description, [{ name: 'a.pdf', bytes: pdf }]);
  expect({ status, body }).toMatchObject({ status: 202 });
  return (body as { id: string }).id;
}

async function list(whom: Joined, query: string): Promise<Listed<Delivery>> {
  return ListedDeliveryPage.schema.parse((await whom.rest.get(`/v1/deliveries?${query}`)).body) as Listed<Delivery>;
}

/** The receiver's delivery of a document, once it is there. */
async function received(whom: Joined, documentId: string): Promise<Delivery> {
  let found: Delivery | undefined;
  await eventually(async () => {
    found = (await list(whom, '')).items.find((one) => one.documentId === documentId);
    expect(found).toBeDefined();
  });
  if (!found) throw new Error('it was found');
  return found;
}

async function evidence(whom: Joined, documentId: string): Promise<Evidence[]> {
  const receipts = await whom.dms.receipts(documentId);
  return receipts.map(
    ({ jws }) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Evidence,
  );
}

describe('time limits', () => {
  let receiver: Joined;
  beforeAll(async () => {
    receiver = await axis.join('H17.05');
  });

  const watch = (now: Date) => axis.app.get(WatchDeadlines, { strict: false }).watch(now);
  const overdue = async (whom: Joined, of: string, query: string) =>
    (await list(whom, `${query}&limit=500`)).items.filter(({ documentId }) => documentId === of).length;

  it('are set when a document becomes available: hours for an urgent one, and the end of the day its sender set', async () => {
    const id = await send('H17.05', { urgency: 3, dueOn: '2031-03-14' });
    const { availableAt, acknowledgeBy, processBy, overdue } = await received(receiver, id);
    expect(Date.parse(acknowledgeBy) - Date.parse(availableAt)).toBe(3_600_000);
    expect(processBy).toBe('2031-03-14T16:59:59.999Z');
    expect(overdue).toEqual([]);
  });

  it('of a normal document end with a working day', async () => {
    const { acknowledgeBy, processBy } = await received(receiver, await send('H17.05'));
    expect(acknowledgeBy).toMatch(/T10:00:00.000Z$/);
    expect(processBy).toBeNull();
  });

  it('that pass are told to both sides once for each step, and shown while the step is owed', async () => {
    const id = await send('H17.05', { urgency: 1, dueOn: '2031-03-14' });
    const { id: deliveryId, acknowledgeBy, processBy } = await received(receiver, id);
    expect(await overdue(sender, id, 'role=sender&overdue=true')).toBe(0);
    const later = new Date('2031-03-15T00:00:00Z');
    expect(await watch(later)).toBeGreaterThanOrEqual(2);
    expect(await watch(later)).toBe(0);
    for (const [whom, role] of [
      [sender, 'sender'],
      [receiver, 'receiver'],
    ] as const) {
      for (const step of ['true', 'acknowledge', 'process']) {
        expect(await overdue(whom, id, `role=${role}&overdue=${step}`)).toBe(1);
      }
      await eventually(async () => {
        const told = (await evidence(whom, id)).filter(({ kind }) => kind === 'Overdue');
        expect(told.map((one) => one.overdue)).toEqual([
          { step: 'acknowledge', limit: acknowledgeBy },
          { step: 'process', limit: processBy },
        ]);
        expect(told.map((one) => one.delivery?.id)).toEqual([deliveryId, deliveryId]);
      });
    }
    expect(await received(receiver, id)).toMatchObject({ overdue: ['acknowledge', 'process'] });
    await receiver.rest.post(`/v1/deliveries/${deliveryId}/acknowledgement`, { result: 'done' });
    expect(await received(receiver, id)).toMatchObject({ overdue: ['process'] });
    await receiver.rest.post(`/v1/deliveries/${deliveryId}/statuses`, { code: '06' });
    expect(await received(receiver, id)).toMatchObject({ overdue: [] });
    expect(await overdue(sender, id, 'role=sender&overdue=true')).toBe(0);
  });

  it('are not what another agency can look into', async () => {
    const id = await send('H17.05');
    await received(receiver, id);
    const stranger = await axis.join('G05');
    expect((await list(stranger, 'role=receiver')).items).toEqual([]);
    expect(await stranger.rest.get('/v1/deliveries?agency=H17.05')).toMatchObject({ status: 403 });
    expect(await stranger.rest.get('/v1/deliveries?overdue=sometimes')).toMatchObject({ status: 400 });
  });

  it('of sending are shown with the document', async () => {
    const { body: today } = await sender.rest.get(`/v1/documents/${await send('H17.05')}`);
    expect(today).toMatchObject({ sentLate: false });
    const { body: late } = await sender.rest.get(
      `/v1/documents/${await send('H17.05', { promulgatedOn: '2026-02-13' })}`,
    );
    // The morning after Tết.
    expect(late).toMatchObject({ sentLate: true, sendBy: '2026-02-23T05:00:00.000Z' });
  });

  it('list a document with its delivery, page by page', async () => {
    const subject = 'V/v báo cáo quý';
    const ids = [await send('H17.05', { subject }), await send('H17.05', { subject })];
    for (const id of ids) await received(receiver, id);
    const first = await list(sender, 'role=sender&limit=1');
    const second = await list(sender, `role=sender&limit=1&cursor=${first.next ?? ''}`);
    expect([...first.items, ...second.items].map(({ documentId }) => documentId)).toEqual([...ids].reverse());
    expect(first.items[0]?.document.subject).toBe(subject);
  });
});

describe('the register of incoming documents', () => {
  interface Line {
    readonly number: number;
    readonly deliveryId: string;
    readonly document: { readonly id: string; readonly from: { readonly code: string }; readonly subject: string };
  }

  const register = (whom: Joined, id: string, body: object = {}) =>
    whom.rest.post(`/v1/deliveries/${id}/registration`, body);
  const lines = async (whom: Joined, code: string, query = '') =>
    RegisterPage.schema.parse((await whom.rest.get(`/v1/agencies/${code}/register?${query}`)).body) as Listed<Line>;
  const thisYear = new Date(Date.now() + 7 * 3_600_000).getUTCFullYear();

  it('gives each agency of a system its own numbers, by registration or by status 03', async () => {
    const both = await axis.join('H17.18', 'H17.61');
    const documents = [await send(['H17.18', 'H17.61']), await send(['H17.18', 'H17.61'], { subject: 'V/v thứ hai' })];
    await eventually(async () => {
      expect((await list(both, '')).items).toHaveLength(4);
    });
    const deliveries = (agency: string) => list(both, `agency=${agency}`).then(({ items }) => [...items].reverse());
    const [first, second] = await deliveries('H17.18');
    const [third] = await deliveries('H17.61');
    const staff = { name: 'Trần Thị Hồng Nhung' };
    expect(await register(both, first?.id ?? '', { staff })).toMatchObject({
      status: 200,
      body: { state: 'accepted', registration: { number: 1, year: thisYear } },
    });
    await both.rest.post(`/v1/deliveries/${second?.id ?? ''}/statuses`, { code: '03' });
    const unsaid = both.rest.ask(`/v1/deliveries/${third?.id ?? ''}/registration`, { method: 'POST' });
    expect(await unsaid).toMatchObject({ body: { registration: { number: 1 } } });
    // Again, by either way, it is the number it has.
    await both.rest.post(`/v1/deliveries/${first?.id ?? ''}/statuses`, { code: '03' });
    expect(await register(both, second?.id ?? '')).toMatchObject({ body: { registration: { number: 2 } } });

    const { items, next } = await lines(both, 'H17.18', 'limit=1');
    expect(items).toMatchObject([
      { number: 1, deliveryId: first?.id, document: { id: documents[0], from: { code: 'G22' } } },
    ]);
    expect(await lines(both, 'H17.18', `cursor=${next ?? ''}&year=${thisYear}`)).toMatchObject({
      items: [{ number: 2, document: { subject: 'V/v thứ hai' } }],
      next: null,
    });
    expect(await lines(both, 'H17.18', `year=${thisYear - 1}`)).toEqual({ items: [], next: null });
    expect(await sender.rest.get('/v1/agencies/H17.18/register')).toMatchObject({ status: 403 });
    await eventually(async () => {
      const kinds = (await evidence(sender, documents[0] ?? '')).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'ConsignmentAcceptance')).toHaveLength(2);
    });
  });

  it('has no gap after what was refused, and numbers what is accepted late', async () => {
    const receiver = await axis.join('G18');
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await received(receiver, await send('G18'))).id);
    const [refused = '', ahead = '', plain = ''] = ids;
    await receiver.rest.post(`/v1/deliveries/${refused}/statuses`, { code: '02', reason: 'Sai nơi nhận' });
    expect(await register(receiver, refused)).toMatchObject({ status: 409, body: { code: 'status.impossible' } });
    await receiver.rest.post(`/v1/deliveries/${ahead}/statuses`, { code: '05' });
    const accepted = await Promise.all([register(receiver, ahead), register(receiver, plain)]);
    const numbers = accepted.map(({ body }) => (body as Delivery).registration?.number);
    expect(numbers.sort()).toEqual([1, 2]);
    expect((await lines(receiver, 'G18')).items.map(({ number }) => number)).toEqual([1, 2]);
    expect(await register(sender, plain)).toMatchObject({ status: 404 });
  });
});

describe('retention', () => {
  const expire = (now: Date) => axis.app.get(ExpireDocuments, { strict: false }).expireAll(now);

  it('removes what is done with after its time, keeps what somebody waits for, and proves it', async () => {
    const receiver = await axis.join('G16');
    const [done, waiting] = [await send('G16'), await send('G16')];
    const delivery = await received(receiver, done);
    await received(receiver, waiting);
    await receiver.rest.post(`/v1/deliveries/${delivery.id}/acknowledgement`, { result: 'done' });
    const file = (id: string) => `/v1/documents/${id}/files/0`;
    await expire(inDays(29));
    expect((await receiver.rest.get(file(done))).status).toBe(200);

    await expire(inDays(31));
    expect((await receiver.rest.get(file(waiting))).status).toBe(200);
    for (const whom of [sender, receiver]) {
      expect(await whom.rest.get(file(done))).toMatchObject({ status: 410, body: { code: 'document.expired' } });
      const { body } = await whom.rest.get(`/v1/documents/${done}`);
      expect(DocumentShape.schema.parse(body)).toMatchObject({
        id: done,
        files: [{ name: 'a.pdf' }],
        expiredAt: expect.any(String) as string,
      });
      await eventually(async () => {
        expect((await evidence(whom, done)).map(({ kind }) => kind)).toContain('ContentExpiry');
      });
    }
    // Its steps go on; only its content is gone.
    expect(await receiver.rest.post(`/v1/deliveries/${delivery.id}/statuses`, { code: '06' })).toMatchObject({
      status: 201,
    });
    expect((await evidence(sender, waiting)).map(({ kind }) => kind)).not.toContain('ContentExpiry');
  });

  it('lets nobody pass on what has left the axis', async () => {
    const receiver = await axis.join('H17');
    const { id, documentId } = await received(receiver, await send('H17'));
    await receiver.rest.post(`/v1/deliveries/${id}/acknowledgement`, { result: 'done' });
    await expire(inDays(31));
    expect(await receiver.rest.post(`/v1/deliveries/${id}/forwards`, { to: ['H17.05'] })).toMatchObject({
      status: 410,
    });
    const change = await sender.rest.post(`/v1/documents/${documentId}/receivers`, { add: ['G18'] });
    expect(change).toMatchObject({ status: 410, body: { code: 'document.expired' } });
  });
});
