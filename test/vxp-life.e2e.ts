import type { EdxmlDocument } from '@axis/edxml';
import { attachment } from '../libs/edxml/src/testing/messages';
import { signedPdf } from './support/letter';
import { readSound, VxpExchange, type Written } from './support/vxp-exchange';

jest.setTimeout(90_000);

const OK = { status: 'OK', ErrorCode: '0' };
const RECEIVERS = ['H17.05', 'G12', 'G07'];

let exchange: VxpExchange;
/** Another content, signed too. */
let revised: Buffer;

beforeAll(async () => {
  exchange = await VxpExchange.start(['G22', ...RECEIVERS, 'G18']);
  revised = await signedPdf(exchange.axis.ground.config.keys.dir, 'Revised');
});

afterEach(() => exchange.empty());
afterAll(() => exchange.stop());

const bussiness = (type: number, more = ''): string =>
  `<edXML:Bussiness><BussinessDocType>${type}</BussinessDocType><BussinessDocReason>Ban hành nhầm</BussinessDocReason>${more}</edXML:Bussiness>`;

/** Sent to all three, and waiting there. */
async function sent(): Promise<Written & { readonly docId: string }> {
  const written = exchange.write({ to: RECEIVERS });
  const docId = await exchange.sent(written, 'G22', RECEIVERS);
  for (const code of RECEIVERS) await exchange.waiting(code, 'edoc', 1);
  return { ...written, docId };
}

/** H17.05 has it for good, G12 has looked at it, G07 has not. */
async function half(docId: string): Promise<Readonly<Record<string, string>>> {
  const ids: Record<string, string> = {};
  for (const code of RECEIVERS) ids[code] = (await exchange.rest.delivery('G22', docId, code)).id;
  await exchange.fetch('H17.05', 'edoc');
  await exchange.agency('G12').vxp.getEdoc(ids['G12'] ?? '');
  return ids;
}

const state = async (docId: string, code: string) => {
  const { state, recall } = await exchange.rest.delivery('G22', docId, code);
  return `${state} ${recall}`;
};

it('a recall by business type 1: withdrawn from who has not looked, agreed to by one, declined by another', async () => {
  const written = await sent();
  const ids = await half(written.docId);
  const recall = exchange.write({
    to: RECEIVERS,
    number: written.number,
    business: bussiness(1),
    manifest: '',
    attachments: '',
    more: '<edXML:ResponseFor><edXML:OrganId>G22</edXML:OrganId><edXML:DocumentId>G22,2020/01/01,1/KHÁC</edXML:DocumentId></edXML:ResponseFor>',
  });
  for (let times = 0; times < 2; times++) {
    expect(await exchange.send(recall.text, 'G22', RECEIVERS)).toMatchObject({ ...OK, DocId: written.docId });
    expect(await state(written.docId, 'H17.05')).toBe('handed_over asked');
    expect(await state(written.docId, 'G12')).toBe('available asked');
    expect(await state(written.docId, 'G07')).toBe('withdrawn none');
  }
  await exchange.waiting('G07', 'edoc', 0);
  const gone = await exchange.agency('G07').vxp.call('/getEdoc', { docId: ids['G07'] ?? '' }, '{}');
  expect(gone).toMatchObject({ status: 'FAIL', ErrorCode: '10' });
  expect(await exchange.agency('G07').vxp.updateStatus(ids['G07'] ?? '', 'done')).toMatchObject({ status: 'FAIL' });

  const { message } = await exchange.fetch('H17.05', 'edoc');
  expect(message).toMatchObject({
    documentId: written.reference,
    from: { organId: 'G22' },
    to: [{ organId: 'H17.05' }],
    business: { type: 'recall', documentId: written.reference },
    businessReason: 'Ban hành nhầm',
  });
  expect(await exchange.status('H17.05', written, '15')).toMatchObject(OK);
  const why = '<edXML:Description>Đã triển khai</edXML:Description>';
  expect(await exchange.status('G12', written, '16', why)).toMatchObject(OK);
  expect(await state(written.docId, 'H17.05')).toBe('recalled agreed');
  expect(await state(written.docId, 'G12')).toBe('handed_over declined');
  const answers = await exchange.waiting('G22', 'status', 2);
  const heard = await Promise.all(
    answers.map(async ({ docId }) => (await readSound(await exchange.agency('G22').vxp.getEdoc(docId))).message),
  );
  expect(heard).toMatchObject([
    { from: { organId: 'H17.05' }, statusCode: '15' },
    { from: { organId: 'G12' }, statusCode: '16', description: 'Đã triển khai' },
  ]);
  const closed = await exchange.agency('H17.05').vxp.call('/getEdoc', { docId: ids['H17.05'] ?? '' }, '{}');
  expect(closed.ErrorDesc).toMatch('[document.access_ended]');
  await exchange.rest.proven('G22', written.docId, 'H17.05', 'ContentHandover', 'StatusReport');
  await exchange.rest.proven('G22', written.docId, 'G07', 'ConsignmentWithdrawal');
});

it('a recall by status 13: of one receiver, told by a status message', async () => {
  const written = await sent();
  await half(written.docId);
  const why = '<edXML:Description>Sai căn cứ pháp lý</edXML:Description>';
  const asked = await exchange.status('G22', { reference: written.reference, about: 'H17.05' }, '13', why);
  expect(asked).toMatchObject(OK);
  expect(await state(written.docId, 'H17.05')).toBe('handed_over asked');
  expect(await state(written.docId, 'G12')).toBe('available none');
  expect((await exchange.fetch('H17.05', 'status')).message).toMatchObject({
    from: { organId: 'G22' },
    statusCode: '13',
    description: 'Sai căn cứ pháp lý',
    responseFor: { organId: 'H17.05', documentId: written.reference },
  });
  expect(await exchange.status('H17.05', written, '15')).toMatchObject(OK);
  expect((await exchange.fetch('G22', 'status')).message).toMatchObject({ statusCode: '15' });
  expect(await state(written.docId, 'H17.05')).toBe('recalled agreed');
  const stranger = await exchange.status('G12', { reference: written.reference, about: 'H17.05' }, '13', why);
  expect(stranger).toMatchObject({ status: 'FAIL' });
});

it('an update of content and receivers: a new version to those who stay, removal told, consent asked', async () => {
  const written = await sent();
  await half(written.docId);
  const lists = `<DocumentId>${written.reference}</DocumentId><BussinessDocumentInfo><DocumentInfo>1</DocumentInfo><DocumentReceiver>1</DocumentReceiver>
    <ReceiverList><Receiver><OrganId>G18</OrganId><ReceiverType>1</ReceiverType></Receiver><Receiver><OrganId>G12</OrganId><ReceiverType>0</ReceiverType></Receiver></ReceiverList></BussinessDocumentInfo>`;
  const update = exchange.write({
    to: ['H17.05', 'G07', 'G18'],
    number: written.number,
    business: bussiness(2, lists),
    attachments: attachment('cong-van', 'công văn sửa.pdf', revised),
  });
  const to = ['H17.05', 'G07', 'G18'];
  const second = await exchange.sent(update, 'G22', to);
  expect(second).not.toBe(written.docId);
  expect(await exchange.sent(update, 'G22', to)).toBe(second);
  for (const code of to) {
    const { message, attachments } = await exchange.fetch(code, 'edoc');
    expect(message).toMatchObject({ business: { type: 'update', documentId: written.reference, content: true } });
    expect((message as EdxmlDocument).businessReason).toBe('Ban hành nhầm');
    expect(attachments).toMatchObject([{ name: 'công văn sửa.pdf' }]);
  }
  // Whoever was taken off had looked at it: it is told, and the content is closed to it.
  expect((await exchange.fetch('G12', 'edoc')).message).toMatchObject({
    business: { type: 'update', content: false, receivers: [{ organId: 'G12', change: 'removed' }] },
  });
  expect(await state(written.docId, 'G12')).toBe('removed none');
  expect(await state(written.docId, 'G07')).toBe('withdrawn none');
  expect(await exchange.status('H17.05', written, '15')).toMatchObject(OK);
  expect(await exchange.rest.delivery('G22', second, 'H17.05')).toMatchObject({ amendment: 'agreed' });
  await exchange.rest.proven('G22', written.docId, 'H17.05', 'Supersession');
  await exchange.rest.proven('G22', written.docId, 'G12', 'Removal');
  // The same message again, long after: the first answer, though its lists would not fit any more.
  expect(await exchange.sent(update, 'G22', to)).toBe(second);
});

it('a change of receivers alone: the document itself to who is added', async () => {
  const written = await sent();
  await half(written.docId);
  const lists = `<DocumentId>${written.reference}</DocumentId><BussinessDocumentInfo><DocumentInfo>0</DocumentInfo><DocumentReceiver>1</DocumentReceiver>
    <ReceiverList><Receiver><OrganId>G18</OrganId><ReceiverType>1</ReceiverType></Receiver><Receiver><OrganId>H17.05</OrganId><ReceiverType>0</ReceiverType></Receiver></ReceiverList></BussinessDocumentInfo>`;
  const change = { to: ['G18'], number: written.number, business: bussiness(2, lists), manifest: '', attachments: '' };
  expect(await exchange.sent(exchange.write(change), 'G22', ['G18'])).toBe(written.docId);
  expect((await exchange.fetch('G18', 'edoc')).message).toMatchObject({
    documentId: written.reference,
    business: { type: 'new' },
  });
  expect((await exchange.fetch('H17.05', 'edoc')).message).toMatchObject({
    business: { type: 'update', receivers: [{ organId: 'H17.05', change: 'removed' }] },
  });
  expect(await state(written.docId, 'H17.05')).toBe('removed none');
});

it('a replacement: in the place of the old one, linked both ways; who has the old one keeps it', async () => {
  const written = await sent();
  const ids = await half(written.docId);
  const replaced = `<ReplacementInfoList><ReplacementInfo><DocumentId>${written.reference}</DocumentId></ReplacementInfo><ReplacementInfo><DocumentId>${written.reference}</DocumentId></ReplacementInfo></ReplacementInfoList>`;
  const next = exchange.write({ to: RECEIVERS, business: bussiness(3, replaced) });
  const nextId = await exchange.sent(next, 'G22', RECEIVERS);
  for (const code of ['H17.05', 'G07']) {
    expect((await exchange.fetch(code, 'edoc')).message).toMatchObject({
      documentId: next.reference,
      business: { type: 'replace', replaced: [{ documentId: written.reference, organIds: [] }] },
    });
  }
  expect(await exchange.rest.delivery('G22', written.docId, 'H17.05')).toMatchObject({ supersededBy: nextId });
  expect(await state(written.docId, 'G07')).toBe('withdrawn none');
  expect(await exchange.agency('H17.05').vxp.getEdoc(ids['H17.05'] ?? '')).toBeDefined();
  await exchange.rest.proven('G22', written.docId, 'H17.05', 'Supersession');

  expect(await exchange.sent(next, 'G22', RECEIVERS)).toBe(nextId);
  const again = exchange.write({ to: RECEIVERS, business: bussiness(3, replaced) });
  const twice = await exchange.send(again.text, 'G22', RECEIVERS);
  expect(twice.ErrorDesc).toMatch('[document.replaced]');
  const late = `<DocumentId>${written.reference}</DocumentId><BussinessDocumentInfo><DocumentInfo>1</DocumentInfo></BussinessDocumentInfo>`;
  const update = exchange.write({ to: RECEIVERS, number: written.number, business: bussiness(2, late) });
  expect((await exchange.send(update.text, 'G22', RECEIVERS)).ErrorDesc).toMatch('[document.replaced]');
});

it("what concerns another's document is refused", async () => {
  const written = await sent();
  const recall = exchange.write({ from: 'G12', to: ['H17.05'], business: bussiness(1) });
  const others = recall.text.replace(recall.reference, written.reference);
  const answer = await exchange.send(others, 'G12', ['H17.05']);
  expect(answer.ErrorDesc).toMatch('[document.not_yours]');
  const unknown = await exchange.send(recall.text, 'G12', ['H17.05']);
  expect(unknown.ErrorDesc).toMatch('[document.not_found]');
});

it('an answer is linked to what it answers, in both directions', async () => {
  const written = await sent();
  await half(written.docId);
  const about = `<edXML:ResponseFor><edXML:OrganId>G22</edXML:OrganId><edXML:Code>${written.number}/VPCP-TTĐT</edXML:Code><edXML:DocumentId>${written.reference}</edXML:DocumentId></edXML:ResponseFor>`;
  const reply = exchange.write({ from: 'H17.05', to: ['G22'], more: about });
  const replyId = await exchange.sent(reply, 'H17.05', ['G22']);
  expect((await exchange.fetch('G22', 'edoc')).message).toMatchObject({
    responseFor: [{ organId: 'G22', code: `${written.number}/VPCP-TTĐT`, documentId: written.reference }],
  });
  const links = async (code: string, id: string) => (await exchange.rest.get(code, `/v1/documents/${id}/links`)).body;
  expect(await links('G22', written.docId)).toMatchObject({ items: [{ kind: 'answers', document: { id: replyId } }] });
  expect(await links('H17.05', replyId)).toMatchObject({
    items: [{ kind: 'answers', document: { id: written.docId } }],
  });
});
