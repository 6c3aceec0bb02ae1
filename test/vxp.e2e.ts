import { vietnamDate } from '@axis/edoc';
import { type EdxmlDocument, type EdxmlReading, readEdxml } from '@axis/edxml';
import { attachment, chunks, documentMessage, type MessageParts, organ } from '../libs/edxml/src/testing/messages';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, sha256, signedPdf } from './support/letter';
import { type Joined, TestAxis } from './support/test-axis';
import { VxpClient } from './support/vxp-client';

jest.setTimeout(60_000);

let axis: TestAxis;
let pdf: Buffer;
let numbers = 0;

interface Party extends Joined {
  readonly vxp: VxpClient;
  readonly code: string;
}

async function join(code: string): Promise<Party> {
  const joined = await axis.join(code);
  return { ...joined, vxp: new VxpClient(axis.url, joined.clientId, joined.secret), code };
}

let sender: Party;
let receiver: Party;

beforeAll(async () => {
  axis = await TestAxis.start();
  [sender, receiver] = [await join('G22'), await join('H17.05')];
  pdf = await signedPdf(axis.ground.config.keys.dir);
});

afterAll(() => axis.stop());

const today = (): string => vietnamDate(new Date()).replaceAll('-', '/');

/** A message of today under a number of its own, with a signed PDF. */
function edxml(parts: MessageParts = {}): { text: string; number: string; reference: string } {
  const number = String(5000 + ++numbers);
  const reference = `G22,${today()},${number}/VPCP-TTĐT`;
  const text = documentMessage({
    to: `<edXML:To>${organ('H17.05')}</edXML:To>`,
    documentId: `<edXML:DocumentId>${reference}</edXML:DocumentId>`,
    code: `<edXML:Code><edXML:CodeNumber>${number}</edXML:CodeNumber><edXML:CodeNotation>VPCP-TTĐT</edXML:CodeNotation></edXML:Code>`,
    promulgation: `<edXML:PromulgationInfo><edXML:Place>Hà Nội</edXML:Place><edXML:PromulgationDate>${today()}</edXML:PromulgationDate></edXML:PromulgationInfo>`,
    attachments: attachment('cong-van', 'công văn.pdf', pdf),
    ...parts,
  });
  return { text, number, reference };
}

const sendTo = (text: string, ...to: string[]) => sender.vxp.sendEdoc(text, { from: 'G22', to: JSON.stringify(to) });

async function read(message: Buffer): Promise<EdxmlReading> {
  const reading = await readEdxml(chunks(message));
  expect(reading.errors).toEqual([]);
  return reading;
}

it('sends by VXP what is read by REST, and by VXP again', async () => {
  const { text, reference } = edxml();
  const answer = await sendTo(text, 'H17.05');
  expect(answer).toMatchObject({ status: 'OK', ErrorCode: '0' });
  const { body } = await sender.rest.get(`/v1/documents/${answer.DocId ?? ''}`);
  expect(body).toMatchObject({ reference });
  await eventually(async () => {
    expect(await receiver.vxp.received()).toHaveLength(1);
  });
  const [entry] = await receiver.vxp.received();
  const message = await receiver.vxp.getEdoc(entry?.docId ?? '');
  const reading = await read(message);
  expect(reading.message).toMatchObject({ documentId: reference, subject: 'V/v kết nối, liên thông văn bản điện tử' });
  expect(reading.attachments).toMatchObject([{ name: 'công văn.pdf', sha256: sha256(pdf) }]);
  const downloaded = await receiver.vxp.downloadEdoc(entry?.docId ?? '');
  expect(downloaded.body.equals(message)).toBe(true);
  expect(await receiver.vxp.updateStatus(entry?.docId ?? '', 'done')).toMatchObject({ status: 'OK', ErrorCode: '0' });
  expect(await receiver.vxp.received()).toEqual([]);
});

it('sends by REST what is read by VXP', async () => {
  const description = letter({ signer: { fullName: 'Nguyễn Minh Đức' }, toPlaces: ['Như trên', 'Lưu: VT'] });
  const sent = await sender.rest.submit(description, [{ name: 'a.pdf', bytes: pdf }], { prefer: 'wait=30' });
  expect(sent.body).toMatchObject({ state: expect.stringMatching('verified|routed') as string });
  await eventually(async () => {
    expect(await receiver.vxp.received()).toHaveLength(1);
  });
  const [entry] = await receiver.vxp.received();
  const { message } = await read(await receiver.vxp.getEdoc(entry?.docId ?? ''));
  expect((message as EdxmlDocument).toPlaces).toEqual(['Như trên', 'Lưu: VT']);
});
