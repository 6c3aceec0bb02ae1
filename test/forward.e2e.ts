import { Exchange, type LivingDelivery, problemOf } from './support/exchange';

jest.setTimeout(90_000);

let exchange: Exchange;
beforeAll(async () => {
  exchange = await Exchange.start(['G22', 'H17', 'H17.05', 'H17.05.01', 'H17.10', 'G12']);
});
afterAll(() => exchange.stop());

const forward = (code: string, delivery: string, to: readonly string[], note?: string) =>
  exchange.post(code, `/v1/deliveries/${delivery}/forwards`, { to, note });

it('brings the same document down level by level, and every answer to the one who forwarded', async () => {
  const { id } = await exchange.send('G22', { to: ['H17'] });
  const top = await exchange.take('H17', id);
  const note = 'Giao Sở Tài chính chủ trì';
  for (let twice = 0; twice < 2; twice++) {
    const { status, body } = await forward('H17', top, ['H17.05', 'H17.10', '000.00.05.H17'], note);
    expect(status).toBe(200);
    expect((body as { items: LivingDelivery[] }).items).toMatchObject([
      { agency: { code: 'H17.05' }, sender: { code: 'H17' }, forwardedFrom: top, note },
      { agency: { code: 'H17.10' }, sender: { code: 'H17' } },
    ]);
  }
  await exchange.proven('G22', id, 'H17.05', 'Forwarding', 'ContentConsignment');
  const listed = (await exchange.deliveries('H17', id)).map(({ agency }) => agency.code).sort();
  expect(listed).toEqual(['H17', 'H17.05', 'H17.10']);
  const proven = (await exchange.evidence('H17', id, 'H17.05')).map(({ kind }) => kind);
  expect(proven).toEqual(expect.arrayContaining(['SubmissionAcceptance', 'Forwarding', 'ContentConsignment']));
  const below = await exchange.take('H17.05', id);
  expect((await forward('H17.05', below, ['H17.05.01'])).status).toBe(200);
  await exchange.proven('G22', id, 'H17.05.01', 'ContentConsignment');
  const last = await exchange.take('H17.05.01', id);

  // Said by the lowest, waiting as a message for the one above it.
  await exchange.agency('H17.05.01').dms.report(last, { code: '06' });
  const [told] = await exchange.axis.ground.database.query<{ code: string }[]>(
    'SELECT a.code FROM status_messages m JOIN agencies a ON a.id = m.agency_id WHERE m.delivery_id = $1',
    [last],
  );
  expect(told?.code).toBe('H17.05');
  expect((await exchange.get('H17.05', `/v1/deliveries/${last}/statuses`)).status).toBe(200);

  // A recall takes all of it along.
  await exchange.post('G22', `/v1/documents/${id}/recall`, { reason: 'Thu hồi' });
  for (const [code, state] of [
    ['H17', 'handed_over'],
    ['H17.05', 'handed_over'],
    ['H17.05.01', 'completed'],
  ] as const) {
    expect(await exchange.delivery('G22', id, code)).toMatchObject({ state, recall: 'asked' });
  }
  expect(await exchange.delivery('G22', id, 'H17.10')).toMatchObject({ state: 'withdrawn' });
});

it('may be taken back by the one who forwarded, from those below it', async () => {
  const { id } = await exchange.send('G22', { to: ['H17'] });
  const top = await exchange.take('H17', id);
  await forward('H17', top, ['H17.05']);
  await exchange.proven('G22', id, 'H17.05', 'ContentConsignment');
  const below = await exchange.take('H17.05', id);
  const said = await exchange.post('H17', `/v1/deliveries/${below}/statuses`, { code: '13', reason: 'Giao nhầm' });
  expect(said.status).toBe(201);
  expect(await exchange.delivery('G22', id, 'H17.05')).toMatchObject({ recall: 'asked' });
  expect(await exchange.delivery('G22', id, 'H17')).toMatchObject({ recall: 'none' });
});

it('goes downwards only, and not before the document was received, nor after it was refused', async () => {
  const { id } = await exchange.send('G22', { to: ['H17.05'] });
  const { id: delivery } = await exchange.delivery('G22', id, 'H17.05');
  const asked = async (code: string, to: string) => problemOf(await forward(code, delivery, [to]));
  expect(await asked('H17.05', 'H17.05.01')).toBe('409 forward.impossible');
  await exchange.take('H17.05', id);
  expect(await asked('H17.05', 'H17')).toBe('422 addressee.not_below');
  expect(await asked('H17.05', 'H17.10')).toBe('422 addressee.not_below');
  expect(await asked('H17.05', 'H17.05')).toBe('422 addressee.is_sender');
  expect(await asked('H17.05', 'H99')).toBe('422 addressee.unknown');
  expect(await asked('G22', 'G22.06')).toBe('404 delivery.not_found');
  expect(await asked('G12', 'G12.18')).toBe('404 delivery.not_found');
  await exchange.agency('H17.05').dms.report(delivery, { code: '02', reason: 'Sai nơi nhận' });
  expect(await asked('H17.05', 'H17.05.01')).toBe('409 forward.impossible');
});

it('passes on what stands, not what was replaced', async () => {
  const old = await exchange.send('G22', { to: ['H17'] });
  const outdated = await exchange.take('H17', old.id);
  const replaced = [{ document: old.id }];
  const next = await exchange.send('G22', { to: ['H17'], business: { type: 'replace', replaced } });
  expect(problemOf(await forward('H17', outdated, ['H17.05']))).toBe('409 forward.superseded');
  expect((await forward('H17', await exchange.take('H17', next.id), ['H17.05'])).status).toBe(200);
});

it('goes the way of what it was forwarded from, also where that is replaced for one receiver alone', async () => {
  const old = await exchange.send('G22', { to: ['H17', 'G12'] });
  const top = await exchange.take('H17', old.id);
  await forward('H17', top, ['H17.05', 'H17.10']);
  await exchange.proven('G22', old.id, 'H17.05', 'ContentConsignment');
  await exchange.take('H17.05', old.id);
  const replaced = [{ document: old.id, agencies: ['H17'] }];
  const next = await exchange.send('G22', { to: ['H17'], business: { type: 'replace', replaced } });
  for (const code of ['H17', 'H17.05', 'H17.10']) {
    expect(await exchange.delivery('G22', old.id, code)).toMatchObject({ supersededBy: next.id });
  }
  expect(await exchange.delivery('G22', old.id, 'H17.10')).toMatchObject({ state: 'withdrawn' });
  expect(await exchange.delivery('G22', old.id, 'G12')).toMatchObject({ supersededBy: null });
});
