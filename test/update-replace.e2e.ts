import { type DocumentId, newDeliveryId } from '@axis/edoc';
import { eventually } from '../libs/messaging/src/testing/kit';
import { Exchange, problemOf } from './support/exchange';
import type { Description } from './support/letter';

jest.setTimeout(90_000);

let exchange: Exchange;
beforeAll(async () => {
  exchange = await Exchange.start(['G22', 'H17.05', 'G12', 'G07', 'G18']);
});
afterAll(() => exchange.stop());

/** A number of its own for each document that must have the same one twice. */
let numbers = 5000;
const numbered = () => ({ number: String(++numbers) });

const update = (document: string, more: object = {}) => ({ business: { type: 'update', document, ...more }, to: [] });
const replace = (...replaced: object[]) => ({ business: { type: 'replace', replaced } });

describe('an update of the content', () => {
  it('goes to everyone who has the document, is another version of it, and asks those who had read it', async () => {
    const number = numbered();
    const first = await exchange.send('G22', { ...number, to: ['H17.05', 'G12', 'G07'] });
    const read = await exchange.take('H17.05', first.id);
    const changes = update(first.reference, { add: ['G18'], remove: ['G12'] });
    const second = await exchange.send('G22', { ...number, ...changes, subject: 'bản cập nhật' });
    expect(second).toMatchObject({ business: 'update', version: 2, originalId: first.id, reference: first.reference });

    // Who had not read the first version gets the second only; who is off the list gets neither.
    expect((await exchange.deliveries('G22', second.id)).map(({ agency }) => agency.code).sort()).toEqual([
      'G07',
      'G18',
      'H17.05',
    ]);
    expect(await exchange.delivery('G22', first.id, 'H17.05')).toMatchObject({
      state: 'handed_over',
      supersededBy: second.id,
    });
    expect(await exchange.delivery('G22', first.id, 'G07')).toMatchObject({ state: 'withdrawn' });
    expect(await exchange.delivery('G22', first.id, 'G12')).toMatchObject({ state: 'withdrawn' });
    expect(problemOf(await exchange.get('G12', `/v1/documents/${second.id}`))).toBe('404 document.not_found');
    await exchange.proven('G22', first.id, 'H17.05', 'Supersession');
    const told = (await exchange.evidence('G22', first.id, 'H17.05')).find(({ kind }) => kind === 'Supersession');
    expect(told?.supersession).toEqual({ by: second.id, how: 'update' });

    // The first version stays with whom it was delivered to.
    expect((await exchange.get('H17.05', `/v1/documents/${first.id}/files/0`)).status).toBe(200);
    expect(read).toBeTruthy();
    const { id: asked } = await exchange.delivery('G22', second.id, 'H17.05');
    expect(await exchange.delivery('G22', second.id, 'G07')).toMatchObject({ amendment: 'none' });
    await exchange.agency('H17.05').dms.report(asked, { code: '15' });
    expect(await exchange.delivery('G22', second.id, 'H17.05')).toMatchObject({ amendment: 'agreed' });

    const { body } = await exchange.get('H17.05', `/v1/documents/${first.id}/links`);
    expect(body).toMatchObject({ items: [{ direction: 'named_by', kind: 'updates', document: { id: second.id } }] });
  });

  it('is refused to others, of what is not there, with strangers on its lists, and with nobody left', async () => {
    const { id, reference } = await exchange.send('G22', { to: ['H17.05'] });
    const asked = async (code: string, changes: Description) => problemOf(await exchange.submit(code, changes));
    expect(await asked('H17.05', { ...update(reference), notation: 'X' })).toBe('403 document.not_yours');
    expect(await asked('G12', { ...update(reference), notation: 'X' })).toBe('404 document.not_found');
    expect(await asked('G22', update('G22,2020/01/01,1/KHÔNG-CÓ'))).toBe('404 document.not_found');
    expect(await asked('G22', update(id, { remove: ['G12'] }))).toBe('422 update.not_receiver');
    expect(await asked('G22', update(id, { remove: ['H17.05'] }))).toBe('422 update.no_receivers');
    expect(await asked('G22', update(id, { add: ['H99'] }))).toBe('422 addressee.unknown');
    await exchange.take('H17.05', id);
    await exchange.post('G22', `/v1/documents/${id}/recall`, { reason: 'nhầm' });
    await exchange.agency('H17.05').dms.report((await exchange.delivery('G22', id, 'H17.05')).id, { code: '15' });
    expect(await asked('G22', update(id))).toBe('422 update.no_receivers');
  });

  it('sent twice is one, and of two at once one goes first', async () => {
    const number = numbered();
    const { id } = await exchange.send('G22', { ...number, to: ['H17.05'] });
    const same = { ...number, ...update(id), subject: 'cập nhật lần một' };
    const [once, again] = [await exchange.send('G22', same), await exchange.submit('G22', same)];
    expect(again).toMatchObject({ status: 200, body: { id: once.id, version: 2 } });

    const answers = await Promise.all(
      ['hai', 'ba', 'bốn'].map((which) => exchange.submit('G22', { ...same, subject: `cập nhật lần ${which}` })),
    );
    const taken = answers
      .filter(({ status }) => status === 202)
      .map(({ body }) => (body as { version: number }).version);
    const refused = answers.filter(({ status }) => status !== 202).map(problemOf);
    expect(taken.length).toBeGreaterThan(0);
    expect(new Set(taken).size).toBe(taken.length);
    expect(new Set(refused)).toEqual(new Set(refused.length ? ['409 document.in_process'] : []));
  });
});

describe('a change of receivers alone', () => {
  const change = (id: string, body: object, code = 'G22') => exchange.post(code, `/v1/documents/${id}/receivers`, body);

  it('brings the document to those added, and takes it from those removed, who are told', async () => {
    const { id } = await exchange.send('G22', { to: ['H17.05', 'G12'] });
    await exchange.take('H17.05', id);
    const changes = { add: ['G07'], remove: ['H17.05', 'G12'], reason: 'Gửi nhầm nơi nhận' };
    for (let twice = 0; twice < 2; twice++) {
      const { body } = await change(id, changes);
      const found = (body as { items: { agency: { code: string }; state: string }[] }).items;
      expect(Object.fromEntries(found.map(({ agency, state }) => [agency.code, state]))).toEqual({
        G07: expect.stringMatching(/^(routed|available)$/) as string,
        'H17.05': 'removed',
        G12: 'withdrawn',
      });
    }
    expect(problemOf(await exchange.get('H17.05', `/v1/documents/${id}/files/0`))).toBe('403 document.access_ended');
    expect((await exchange.get('H17.05', `/v1/documents/${id}`)).status).toBe(200);
    await exchange.proven('G22', id, 'H17.05', 'Removal');
    await exchange.proven('G22', id, 'G12', 'ConsignmentWithdrawal');
    await exchange.proven('G22', id, 'G07', 'ContentConsignment');
    await exchange.take('G07', id);
    expect(await exchange.axis.ground.count('status_messages', `document_id = $1 AND form = 'removal'`, [id])).toBe(1);
  });

  it('brings nobody what was replaced', async () => {
    const old = await exchange.send('G22', { to: ['H17.05'] });
    await exchange.send('G22', { to: ['H17.05'], ...replace({ document: old.id }) });
    expect(problemOf(await change(old.id, { add: ['G07'] }))).toBe('409 document.replaced');
    expect((await change(old.id, { remove: ['H17.05'] })).status).toBe(200);
  });

  it('is refused to others, of strangers, and to bring back what was taken', async () => {
    const { id } = await exchange.send('G22', { to: ['H17.05', 'G12'] });
    await exchange.take('H17.05', id);
    expect(problemOf(await change(id, { add: ['G07'] }, 'H17.05'))).toBe('403 document.not_yours');
    expect(problemOf(await change(id, { add: ['G07'] }, 'G18'))).toBe('404 document.not_found');
    expect(problemOf(await change(id, {}))).toBe('400 request.malformed');
    expect(problemOf(await change(id, { remove: ['G07'] }))).toBe('422 update.not_receiver');
    expect(problemOf(await change(id, { add: ['G22'] }))).toBe('422 addressee.is_sender');
    expect((await change(id, { remove: ['H17.05'] })).status).toBe(200);
    expect(problemOf(await change(id, { add: ['H17.05'] }))).toBe('409 update.receiver_ended');
  });
});

describe('a replacement', () => {
  it('takes the place of the old one for each receiver it names, linked both ways', async () => {
    const old = await exchange.send('G22', { to: ['H17.05', 'G12', 'G07'] });
    await exchange.take('H17.05', old.id);
    await exchange.take('G12', old.id);
    const paper = 'G22,2019/05/04,1/VPCP-CU';
    const names = replace({ document: old.reference, agencies: ['H17.05', '000.00.00.G07'] }, { document: paper });
    const next = await exchange.send('G22', { ...names, to: ['H17.05', 'G07'] });

    expect(await exchange.delivery('G22', old.id, 'H17.05')).toMatchObject({ supersededBy: next.id });
    expect(await exchange.delivery('G22', old.id, 'G07')).toMatchObject({ state: 'withdrawn', supersededBy: next.id });
    expect(await exchange.delivery('G22', old.id, 'G12')).toMatchObject({ state: 'handed_over', supersededBy: null });
    await exchange.proven('G22', old.id, 'H17.05', 'Supersession');

    const forth = (await exchange.get('G22', `/v1/documents/${next.id}/links`)).body;
    expect(forth).toMatchObject({
      items: [
        {
          direction: 'names',
          kind: 'replaces',
          agencies: [{ code: 'H17.05' }, { code: 'G07' }],
          document: { id: old.id },
        },
        { direction: 'names', kind: 'replaces', agencies: null, reference: paper, document: null },
      ],
    });
    const back = (await exchange.get('H17.05', `/v1/documents/${old.id}/links`)).body;
    expect(back).toMatchObject({ items: [{ direction: 'named_by', kind: 'replaces', document: { id: next.id } }] });

    // The other receiver's may be replaced still, nobody's twice, and what is replaced for some is updated for the rest.
    const twice = await exchange.submit('G22', {
      ...replace({ document: old.id, agencies: ['H17.05'] }),
      to: ['H17.05'],
    });
    expect(problemOf(twice)).toBe('409 document.replaced');
    const rest = await exchange.send('G22', update(old.id));
    expect((await exchange.deliveries('G22', rest.id)).map(({ agency }) => agency.code)).toEqual(['G12']);
    await exchange.send('G22', { ...replace({ document: old.id, agencies: ['G12'] }), to: ['G12'] });
    expect(problemOf(await exchange.submit('G22', update(old.id)))).toBe('409 document.replaced');
  });

  it('in a circle is refused, directly, through others, and before the axis knew the documents', async () => {
    const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date());
    const name = ({ number }: { number: string }) => `G22,${date.replaceAll('-', '/')},${number}/VPCP-TH`;
    const [a, b, c] = [numbered(), numbered(), numbered()];
    const asked = async (number: object, ...replaced: string[]) =>
      problemOf(await exchange.submit('G22', { ...number, ...replace(...replaced.map((document) => ({ document }))) }));
    expect(await asked(a, name(a))).toBe('422 replacement.cycle');
    // c is not there yet when a names it.
    await exchange.send('G22', { ...a, ...replace({ document: name(c) }) });
    await exchange.send('G22', { ...b, ...replace({ document: name(a) }) });
    expect(await asked(c, name(b))).toBe('422 replacement.cycle');
    expect(await asked(c, name(a))).toBe('409 document.replaced');
  });

  it('of two at once goes one', async () => {
    for (let round = 0; round < 3; round++) {
      const old = await exchange.send('G22', { to: ['H17.05'] });
      const answers = await Promise.all(
        [1, 2, 3].map(() => exchange.submit('G22', { ...replace({ document: old.id }), to: ['H17.05'] })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
      const refused = answers.filter(({ status }) => status === 409).map(problemOf);
      expect(new Set(refused)).toEqual(new Set(['409 document.replaced']));
    }
  });

  it("of another's document is refused to who has it, and touches it from nobody", async () => {
    const { id, reference } = await exchange.send('G22', { to: ['H17.05'] });
    const names = { ...replace({ document: reference }), to: ['G22'], notation: 'X' };
    expect(problemOf(await exchange.submit('H17.05', names))).toBe('403 document.not_yours');
    // To a stranger there is none such: it stands by its name, as any that the axis does not know.
    const next = await exchange.send('G12', names);
    expect((await exchange.get('G12', `/v1/documents/${next.id}/links`)).body).toMatchObject({
      items: [{ kind: 'replaces', reference, document: null }],
    });
    expect(await exchange.delivery('G22', id, 'H17.05')).toMatchObject({ state: 'available', supersededBy: null });
    expect((await exchange.get('G22', `/v1/documents/${id}/links`)).body).toMatchObject({ items: [] });
  });
});

it('withdraws also what is being forwarded when it is routed', async () => {
  const { database } = exchange.axis.ground;
  const number = numbered();
  const first = await exchange.send('G22', { ...number, to: ['H17.05'] });
  const forwarder = await exchange.take('H17.05', first.id);
  const forwarding = database.createQueryRunner();
  await forwarding.startTransaction();
  try {
    // As forwarding does: it holds what there is, then adds to it.
    await forwarding.query('SELECT FROM deliveries WHERE document_id = $1 FOR UPDATE', [first.id]);
    const sending = exchange.submit('G22', { ...number, ...update(first.id), subject: 'V/v đính chính' });
    await eventually(async () => {
      expect(
        await exchange.axis.ground.count(
          'pg_stat_activity',
          "wait_event_type = 'Lock' AND datname = current_database()",
        ),
      ).toBeGreaterThan(0);
    });
    await forwarding.query(
      `INSERT INTO deliveries SELECT forwarded.* FROM deliveries AS d, json_populate_record(NULL::deliveries,
         (to_jsonb(d) || jsonb_build_object('id', $2::uuid, 'forwarded_from', d.id, 'sender_agency_id', d.agency_id,
           'agency_id', (SELECT id FROM agencies WHERE code = 'H17.05.01'), 'state', 'available', 'fetched_at', NULL,
           'handed_over_at', NULL))::json) AS forwarded
       WHERE d.id = $1`,
      [forwarder, newDeliveryId(first.id as DocumentId, 7)],
    );
    await forwarding.commitTransaction();
    expect((await sending).status).toBe(202);
  } finally {
    await forwarding.release();
  }
  await eventually(async () => {
    expect(await exchange.delivery('G22', first.id, 'H17.05.01')).toMatchObject({ state: 'withdrawn' });
  });
});
