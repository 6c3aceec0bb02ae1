import { Exchange } from './support/exchange';

/*
 * Whatever waits for a lock holds a connection. Had what holds the lock to wait for a second one, ten requests for one document
 * would stop the whole process. With a single connection, nothing that takes a second one ever ends.
 */
let exchange: Exchange;

beforeAll(async () => {
  exchange = await Exchange.start(['G22', 'H17'], { DATABASE_POOL: '1', WEBHOOK_ALLOW_PRIVATE: 'true' });
});
afterAll(() => exchange.stop());

describe('with one connection to the database', () => {
  it('a document lives its whole life', async () => {
    const first = await exchange.send('G22', { to: ['H17', 'G12'] });
    const deliveryId = await exchange.take('H17', first.id);
    const forwarded = await exchange.post('H17', `/v1/deliveries/${deliveryId}/forwards`, { to: ['H17.05'] });
    expect(forwarded.status).toBe(200);
    const changed = await exchange.post('G22', `/v1/documents/${first.id}/receivers`, {
      add: ['G07'],
      remove: ['G12'],
    });
    expect(changed.status).toBe(200);

    const { number } = first as unknown as { number: string };
    const update = { type: 'update', document: first.id, add: ['G12'], remove: ['G07'] };
    const second = await exchange.send('G22', { to: [], number, subject: 'V/v đính chính', business: update });
    const replaced = [{ document: second.id, agencies: ['H17'] }];
    const third = await exchange.send('G22', { to: ['H17'], business: { type: 'replace', replaced } });
    const answer = await exchange.send('H17', { to: ['G22'], respondsTo: [third.reference] });
    expect((await exchange.post('H17', `/v1/documents/${answer.id}/recall`, { reason: 'Gửi nhầm' })).status).toBe(200);
  });

  it('a subscription is made, moved and removed', async () => {
    const { body } = await exchange.post('H17', '/v1/subscriptions', { kind: 'webhook', url: 'http://127.0.0.1:9/' });
    const { id } = body as { id: string };
    const { rest } = exchange.agency('H17');
    const change = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"cursor":"0"}' };
    expect(await rest.ask(`/v1/subscriptions/${id}`, change)).toMatchObject({ status: 200 });
    expect((await rest.ask(`/v1/subscriptions/${id}`, { method: 'DELETE' })).status).toBe(200);
  });

  it('a system registers and removes an agency below its own', async () => {
    const agency = { code: 'H17.99', name: 'Sở Thử nghiệm', parent: 'H17' };
    expect((await exchange.post('H17', '/v1/agencies', agency)).status).toBe(201);
    expect((await exchange.agency('H17').rest.ask('/v1/agencies/H17.99', { method: 'DELETE' })).status).toBe(200);
  });
});
