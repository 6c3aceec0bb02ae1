import { Exchange } from './support/exchange';

jest.setTimeout(60_000);

interface Link {
  readonly direction: string;
  readonly kind: string;
  readonly reference: string;
  readonly document: { readonly id: string; readonly from: { readonly code: string } } | null;
}

let exchange: Exchange;
beforeAll(async () => {
  exchange = await Exchange.start(['G22', 'H17.05', 'G12']);
});
afterAll(() => exchange.stop());

async function links(code: string, id: string): Promise<readonly Link[]> {
  const { status, body } = await exchange.get(code, `/v1/documents/${id}/links`);
  expect(status).toBe(200);
  return (body as { items: readonly Link[] }).items;
}

it('is followed from the answer to what it answers, and back, however that is named', async () => {
  const asked = await exchange.send('G22', { to: ['H17.05', 'G12'] });
  for (const [code, name] of [
    ['H17.05', asked.reference],
    ['G12', asked.id],
  ] as const) {
    const answer = await exchange.send(code, { to: ['G22'], notation: 'TL', respondsTo: [name] });
    const link = { kind: 'answers', reference: asked.reference, document: { id: asked.id } };
    expect(await links(code, answer.id)).toMatchObject([{ direction: 'names', ...link }]);
    expect(await links('G22', answer.id)).toMatchObject([{ direction: 'names', ...link }]);
  }
  // The one who asked sees both answers, each of those who answered its own.
  const back = (items: readonly Link[]) =>
    items.map(({ direction, document }) => `${direction} ${document?.from.code}`);
  expect(back(await links('G22', asked.id))).toEqual(['named_by H17.05', 'named_by G12']);
  expect(back(await links('G12', asked.id))).toEqual(['named_by G12']);
});

it('goes on through a whole thread', async () => {
  const first = await exchange.send('G22', { to: ['H17.05'] });
  const second = await exchange.send('H17.05', { to: ['G22'], notation: 'TL', respondsTo: [first.id] });
  const third = await exchange.send('G22', { to: ['H17.05'], notation: 'TL', respondsTo: [second.id] });
  expect(await links('H17.05', second.id)).toMatchObject([
    { direction: 'names', document: { id: first.id } },
    { direction: 'named_by', document: { id: third.id } },
  ]);
});

it('stands by its name where the axis does not know what it answers, or the sender never had it', async () => {
  const others = await exchange.send('G22', { to: ['G12'] });
  const paper = 'G18,2019/02/30,12/BTP-VP';
  const answer = await exchange.send('H17.05', { to: ['G22'], notation: 'TL', respondsTo: [others.reference, paper] });
  for (const code of ['H17.05', 'G22']) {
    expect(await links(code, answer.id)).toMatchObject([
      { direction: 'names', reference: others.reference, document: null },
      { direction: 'names', reference: paper, document: null },
    ]);
  }
  expect(await links('G22', others.id)).toEqual([]);
});

it("cannot be misled by an agency that takes another's name for its own document", async () => {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date());
  const name = `G12,${date.replaceAll('-', '/')},4711/BTC-VP`;
  await exchange.send('H17.05', { to: ['G22'], notation: 'TL', documentId: name });
  const real = await exchange.send('G12', { to: ['G22'], number: '4711', notation: 'BTC-VP' });
  expect(real.reference).toBe(name);
  const answer = await exchange.send('G22', { to: ['G12'], notation: 'TL', respondsTo: [`000.00.00.${name}`] });
  expect(await links('G22', answer.id)).toMatchObject([{ reference: name, document: { id: real.id } }]);
});

it('is found by an id that other agencies use too', async () => {
  const mine = await exchange.send('G22', { to: ['H17.05'], documentId: '1' });
  const theirs = await exchange.send('G12', { to: ['H17.05'], notation: 'BTC', documentId: '1' });
  const names = ['G22:1', '000.00.00.G12:1', '1'];
  const answer = await exchange.send('H17.05', { to: ['G22', 'G12'], notation: 'TL', respondsTo: names });
  expect(await links('H17.05', answer.id)).toMatchObject([
    { document: { id: mine.id } },
    { document: { id: theirs.id } },
    { reference: '1', document: null },
  ]);
  expect((await exchange.submit('G22', { to: ['H17.05'], documentId: '1' })).status).toBe(409);
});

it("is found by its sender's own id, which is taken once", async () => {
  const own = '0b1f7a7e-9c55-4f5c-8f0e-6d1c2b3a4f5e';
  const asked = await exchange.send('G22', { to: ['H17.05'], documentId: own });
  const answer = await exchange.send('H17.05', { to: ['G22'], notation: 'TL', respondsTo: [own] });
  expect(await links('G22', answer.id)).toMatchObject([{ reference: asked.reference, document: { id: asked.id } }]);
  const other = await exchange.submit('G22', { to: ['H17.05'], documentId: own });
  expect(other).toMatchObject({ status: 409, body: { code: 'document.conflict' } });
});
