import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type EdxmlReading, readEdxml } from '@axis/edxml';
import { documentMessage } from '../libs/edxml/src/testing/messages';
import { eventually } from '../libs/messaging/src/testing/kit';
import { allServices } from '../apps/axis/src/environment/all-services';
import { startServices, type Running } from '@axis/service';
import { signedPdf } from './support/letter';
import { growthOf, residentOf } from './support/resident';
import { ServiceProcess } from './support/service-process';
import { type Joined, joinAt, TestGround } from './support/test-axis';
import { multipart, VxpClient } from './support/vxp-client';
import { today } from './support/vxp-exchange';

jest.setTimeout(240_000);

const MIB = 1024 ** 2;
/** Of the message; its attachment is three quarters of it. What is held in memory does not depend on it. */
const SIZE = 200 * MIB;
const ROOM = 64 * MIB;

let ground: TestGround;
let gateway: ServiceProcess;
let others: Running;
let sender: Joined;
let receiver: Joined;
let pdf: Buffer;

beforeAll(async () => {
  ground = await TestGround.prepare();
  gateway = await ServiceProcess.start('gateway', ground.env);
  others = await startServices(
    allServices.filter(({ name }) => name !== 'gateway'),
    ground.config,
  );
  sender = await joinAt(gateway.url, ground, 'G22');
  receiver = await joinAt(gateway.url, ground, 'H17.05');
  pdf = await signedPdf(ground.config.keys.dir);
});

afterAll(async () => {
  await others.stop();
  await gateway.end('SIGTERM');
  await ground.clear();
});

const clientOf = ({ clientId, secret }: Joined): VxpClient => new VxpClient(gateway.url, clientId, secret);

/** A message with a signed PDF and a large attachment, in pieces; never whole in anybody's memory. */
function* messagePieces(number: string, size: number): Generator<Buffer> {
  const attached = (id: string, name: string, content: string) =>
    `<Attachment><ContentId>cid:${id}</ContentId><AttachmentName>${name}</AttachmentName><ContentType>application/octet-stream</ContentType><edXML:ContentTransferEncoded>${content}</edXML:ContentTransferEncoded></Attachment>`;
  const [head = '', tail = ''] = documentMessage({
    to: '<edXML:To><edXML:OrganId>H17.05</edXML:OrganId></edXML:To>',
    documentId: `<edXML:DocumentId>G22,${today()},${number}/VPCP-TTĐT</edXML:DocumentId>`,
    code: `<edXML:Code><edXML:CodeNumber>${number}</edXML:CodeNumber><edXML:CodeNotation>VPCP-TTĐT</edXML:CodeNotation></edXML:Code>`,
    promulgation: `<edXML:PromulgationInfo><edXML:PromulgationDate>${today()}</edXML:PromulgationDate></edXML:PromulgationInfo>`,
    manifest: '',
    attachments: attached('a', 'công văn.pdf', pdf.toString('base64')) + attached('b', 'so-lieu.bin', '@@'),
  }).split('@@');
  yield Buffer.from(head);
  const block = Buffer.alloc(MIB, 'Phu luc so lieu ');
  for (let at = 0; at * MIB < size; at++) {
    const text = Buffer.from(block);
    // Base64 of another three bytes in each block.
    text.write(at.toString(36).padStart(4, 'A').slice(-4));
    yield Buffer.from(text.toString('latin1').replaceAll(' ', '+'), 'latin1');
  }
  yield Buffer.from(tail);
}

async function sendLarge(number: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  for (const piece of messagePieces(number, size)) hash.update(piece);
  const headers = {
    from: 'G22',
    to: '["H17.05"]',
    servicetype: 'eDoc',
    messagetype: 'edoc',
    'hash-file': hash.digest('hex'),
  };
  const signed = clientOf(sender).signed(headers, {}, 'application/octet-stream');
  const upload = request(`${gateway.url}/vxp/sendEdoc`, {
    method: 'POST',
    headers: { ...signed, 'Content-Type': 'application/octet-stream' },
  });
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
  const [before, after] = split(multipart(Buffer.from('@@')));
  upload.write(before);
  for (const piece of messagePieces(number, size)) if (!upload.write(piece)) await once(upload, 'drain');
  upload.end(after);
  const [response] = await answered;
  const body: Buffer[] = [];
  for await (const data of response as AsyncIterable<Buffer>) body.push(data);
  const answer = JSON.parse(Buffer.concat(body).toString()) as { status: string; DocId: string };
  expect(answer).toMatchObject({ status: 'OK' });
  return answer.DocId;
}

function split(whole: Buffer): [Buffer, Buffer] {
  const at = whole.indexOf('@@');
  return [whole.subarray(0, at), whole.subarray(at + 2)];
}

async function open(path: string, docId: string, method: string): Promise<IncomingMessage> {
  const headers = clientOf(receiver).signed({ docId }, {}, 'application/json');
  const call = request(`${gateway.url}/vxp${path}`, { method, headers });
  call.end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  return response;
}

/** The message within the answer to getEdoc, decoded as it comes. */
async function* dataOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  let rest = '';
  let begun = false;
  for await (const data of response as AsyncIterable<Buffer>) {
    rest += data.toString('latin1');
    if (!begun && rest.includes('"data":"')) {
      rest = rest.slice(rest.indexOf('"data":"') + 8);
      begun = true;
    }
    const text = rest.replace(/"}$/, '');
    const whole = begun ? text.length - (text.length % 4) : 0;
    if (whole > 0) yield Buffer.from(text.slice(0, whole), 'base64');
    rest = rest.slice(whole);
  }
}

it('a message of 200 MB goes through the gateway, in and out by both ways, within 64 MB of memory', async () => {
  await sendLarge('1', 8 * MIB);
  await eventually(async () => {
    expect(await clientOf(receiver).received()).toHaveLength(1);
  });
  const [warm] = await clientOf(receiver).received();
  await readEdxml((await open('/downloadEdoc', warm?.docId ?? '', 'GET')) as AsyncIterable<Buffer>);
  await readEdxml(dataOf(await open('/getEdoc', warm?.docId ?? '', 'POST')));
  const idle = residentOf(gateway.pid);

  const growthIn = await growthOf(gateway.pid, idle, async () => {
    await sendLarge('2', SIZE);
  });
  expect(growthIn).toBeLessThan(ROOM);
  await eventually(async () => {
    expect(await clientOf(receiver).received()).toHaveLength(2);
  });
  const [, large] = await clientOf(receiver).received();

  let downloaded: EdxmlReading | undefined;
  const growthOut = await growthOf(gateway.pid, idle, async () => {
    downloaded = await readEdxml((await open('/downloadEdoc', large?.docId ?? '', 'GET')) as AsyncIterable<Buffer>);
  });
  expect(downloaded?.errors).toEqual([]);
  expect(downloaded?.attachments[1]).toMatchObject({ name: 'so-lieu.bin', size: (SIZE / 4) * 3 });
  expect(growthOut).toBeLessThan(ROOM);

  let fetched: EdxmlReading | undefined;
  const growthInJson = await growthOf(gateway.pid, idle, async () => {
    fetched = await readEdxml(dataOf(await open('/getEdoc', large?.docId ?? '', 'POST')));
  });
  expect(fetched?.sha256).toBe(downloaded?.sha256);
  expect(growthInJson).toBeLessThan(ROOM);
});
