import { once } from 'node:events';
import { connect } from 'node:net';
import { samplePdf } from '@axis/testing';
import { attachment, documentMessage, PDF, zip } from '../libs/edxml/src/testing/messages';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter } from './support/letter';
import { multipart, readAnswer, stamp, type Tampering, type VxpAnswer, VxpClient } from './support/vxp-client';
import { type Differences, today, VxpExchange } from './support/vxp-exchange';

jest.setTimeout(60_000);

const MIB = 1024 ** 2;
const TABLES = [
  ...['documents', 'document_files', 'document_references', 'document_links', 'contents', 'content_chunks'],
  ...['uploads', 'deliveries', 'delivery_statuses', 'status_messages', 'outbox'],
];

let exchange: VxpExchange;

beforeAll(async () => {
  exchange = await VxpExchange.start(['G22', 'H17.05', 'G12'], {
    MAX_FILE_BYTES: String(3 * MIB),
    MAX_PDF_BYTES: String(2 * MIB),
    MAX_FILES: '3',
  });
});

afterAll(() => exchange.stop());

/** Once nothing is on its way any more. */
async function rows(): Promise<Record<string, number>> {
  const { ground } = exchange.axis;
  await eventually(async () => {
    expect(await ground.count('outbox')).toBe(0);
    expect(await ground.count('documents', "state IN ('submitted', 'verified')")).toBe(0);
    expect(await ground.count('deliveries', "state = 'routed'")).toBe(0);
  });
  const counts: Record<string, number> = {};
  for (const table of TABLES) counts[table] = await exchange.axis.ground.count(table);
  return counts;
}

/** A no with this ErrorCode and our code, in Vietnamese; nothing of it is left in any table. */
async function expectRefusal(ask: () => Promise<VxpAnswer>, errorCode: string, code: string): Promise<string> {
  const before = await rows();
  const answer = await ask();
  expect(answer).toMatchObject({ status: 'FAIL', ErrorCode: errorCode });
  expect(answer.ErrorDesc).toMatch(`[${code}]`);
  expect(answer.ErrorDesc).toMatch(/[ăâđêôơưạảấầậắặẹệịọốộớợụứựỳáàéèíìóòúù]/iu);
  await eventually(async () => {
    expect(await rows()).toEqual(before);
  });
  return answer.ErrorDesc;
}

const vxp = (code = 'G22'): VxpClient => exchange.agency(code).vxp;

describe('a call whose signature does not hold', () => {
  const list = (tampering: Tampering) =>
    vxp().call('/getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' }, undefined, tampering);
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);

  it.each<[string, Tampering]>([
    ['under another secret', { secret: 'another' }],
    ['six minutes old', { timestamp: stamp(minutes(-6)) }],
    ['six minutes ahead', { timestamp: stamp(minutes(6)) }],
    ['of no time', { timestamp: 'now' }],
    ['with another value in a header', { wire: (headers) => ({ ...headers, 'XroadVnpt-messagetype': 'status' }) }],
    [
      'with a header that was not signed',
      { wire: (headers) => ({ ...headers, 'XroadVnpt-sign-header-key': 'systemid;docId' }) },
    ],
    ['without a header that was', { wire: ({ 'XroadVnpt-messagetype': _, ...rest }) => rest }],
    ['with no signature at all', { wire: () => ({}) }],
    ['with junk for JSON', { wire: (headers) => ({ ...headers, 'XroadVnpt-sign-header': '{{{' }) }],
    [
      'by a bearer token instead',
      { wire: () => ({ authorization: `Bearer ${exchange.agency('G22').rest.token ?? ''}` }) },
    ],
  ])('%s', async (_, tampering) => {
    await expectRefusal(() => list(tampering), '15', 'signature.header_invalid');
  });

  it('by a system nobody knows, or in the name of another', async () => {
    const { clientId, secret } = exchange.agency('H17.05');
    const ask = (id: string, key: string) => () =>
      new VxpClient(exchange.axis.url, id, key).call('/countReceiveEdoc', {}, '{}');
    await expectRefusal(ask('nobody', secret), '15', 'client.invalid');
    await expectRefusal(ask(exchange.agency('G22').clientId, secret), '15', 'signature.header_invalid');
    expect(await ask(clientId, secret)()).toMatchObject({ status: 'OK' });
  });

  it('of a system that was registered before its secret was kept: register it again', async () => {
    const { clientId, secret } = await exchange.join('G15');
    await exchange.axis.ground.database.query('UPDATE systems SET secret_sealed = NULL WHERE client_id = $1', [
      clientId,
    ]);
    const ask = () => new VxpClient(exchange.axis.url, clientId, secret).call('/countReceiveEdoc', {}, '{}');
    expect(await expectRefusal(ask, '15', 'client.secret_not_kept')).toMatch(clientId);
    const renewed = await exchange.axis.ground.register(clientId, 'G15');
    expect(await new VxpClient(exchange.axis.url, clientId, renewed).call('/countReceiveEdoc', {}, '{}')).toMatchObject(
      { count: 0 },
    );
  });

  it('sent again: a change is refused, a question is answered', async () => {
    const timestamp = stamp(new Date());
    const { text } = exchange.write();
    const send = () => vxp().sendEdoc(text, { from: 'G22', to: '["H17.05"]' }, { timestamp });
    expect(await send()).toMatchObject({ status: 'OK' });
    await expectRefusal(send, '15', 'signature.header_replayed');
    const [entry] = await exchange.waiting('H17.05', 'edoc', 1);
    const done = { docId: entry?.docId ?? '', status: 'processing' };
    expect(await vxp('H17.05').call('/updateStatus', done, '{}', { timestamp })).toMatchObject({ status: 'OK' });
    await expectRefusal(
      () => vxp('H17.05').call('/updateStatus', done, '{}', { timestamp }),
      '15',
      'signature.header_replayed',
    );
    for (let times = 0; times < 3; times++) expect(await list({ timestamp })).toMatchObject({ status: 'OK', data: [] });
    await vxp('H17.05').updateStatus(entry?.docId ?? '', 'done');
  });
});

describe('in the name of an agency', () => {
  it("that is not the caller's", async () => {
    const { text } = exchange.write({ from: 'G12' });
    const ask = () => vxp('G22').sendEdoc(text, { from: 'G12', to: '["H17.05"]' });
    await expectRefusal(ask, '15', 'sender.not_yours');
    await expectRefusal(() => vxp('G22').sendEdoc(text, { from: 'G22', to: '["H17.05"]' }), '19', 'sender.differs');
  });

  it('that nobody knows, or that is closed', async () => {
    const { text } = exchange.write({ from: 'G99' });
    await expectRefusal(() => vxp().sendEdoc(text, { from: 'G99', to: '["H17.05"]' }), '19', 'sender.unknown');
    const closed = exchange.write({ from: 'G14' });
    await expectRefusal(() => vxp().sendEdoc(closed.text, { from: 'G14', to: '["H17.05"]' }), '19', 'sender.closed');
  });

  it('by its old code is the same agency', async () => {
    const { text } = exchange.write();
    expect(await vxp().sendEdoc(text, { from: '000.00.00.G22', to: '["H17.05"]' })).toMatchObject({ status: 'OK' });
    await exchange.fetch('H17.05', 'edoc');
  });

  it('a header `to` other than the message is told, and the message counts', async () => {
    const answer = await exchange.send(exchange.write().text, 'G22', ['G12']);
    expect(answer).toMatchObject({ status: 'OK' });
    expect(answer.ErrorDesc).toMatch('Tiêu đề to khác');
    await exchange.fetch('H17.05', 'edoc');
  });
});

describe('a document of others', () => {
  it('cannot be read, acknowledged or spoken of', async () => {
    const written = exchange.write({ to: ['G12'] });
    const docId = await exchange.sent(written, 'G22', ['G12']);
    const [entry] = await exchange.waiting('G12', 'edoc', 1);
    for (const id of [docId, entry?.docId ?? '', 'x', '01890000-0000-7000-8000-000000000000']) {
      await expectRefusal(() => vxp('H17.05').call('/getEdoc', { docId: id }, '{}'), '10', 'document.not_found');
      await expectRefusal(
        () => vxp('H17.05').call('/downloadEdoc', { docId: id }, undefined, { method: 'GET' }),
        '10',
        'document.not_found',
      );
      await expectRefusal(() => vxp('H17.05').updateStatus(id, 'done'), '10', 'document.not_found');
    }
    await expectRefusal(() => exchange.status('H17.05', written, '03'), '10', 'document.not_found');
    await expectRefusal(
      () => exchange.status('G12', { reference: 'G22,2020/01/01,1/A' }, '03'),
      '10',
      'document.not_found',
    );
    const recall = '<edXML:Description>Gửi nhầm</edXML:Description>';
    await expectRefusal(() => exchange.status('H17.05', written, '13', recall), '10', 'document.not_found');
    await expectRefusal(() => exchange.status('G12', written, '13', recall), '10', 'delivery.not_found');
    await expectRefusal(() => exchange.status('G22', written, '03'), '10', 'delivery.not_found');
    await exchange.fetch('G12', 'edoc');
  });

  it('a status with a reason that is missing', async () => {
    const written = exchange.write();
    await exchange.sent(written);
    await exchange.fetch('H17.05', 'edoc');
    await expectRefusal(() => exchange.status('H17.05', written, '02'), '22', 'edxml.invalid');
  });
});

describe('a body that is no message', () => {
  const send =
    (body: Buffer, more = {}) =>
    () =>
      vxp().sendEdoc(exchange.write().text, { from: 'G22', to: '["H17.05"]', ...more }, { body });
  const file = () => Buffer.from(exchange.write().text);

  it.each<[string, () => Buffer, string]>([
    ['nothing', () => Buffer.alloc(0), 'request.malformed'],
    ['junk', () => Buffer.alloc(100_000, 7), 'request.malformed'],
    ['edXML alone', file, 'request.malformed'],
    ['a boundary and nothing more', () => Buffer.from('------x\r\n'), 'upload.interrupted'],
    ['another part', () => multipart(file(), 'file'), 'request.malformed'],
    ['multipart cut off in the message', () => multipart(file()).subarray(0, 2_000), 'upload.interrupted'],
    ['multipart without its end', () => multipart(file()).subarray(0, -8), 'upload.interrupted'],
    ['a part whose headers never end', () => Buffer.from(`--x\r\n${'A'.repeat(200_000)}`), 'upload.interrupted'],
  ])('%s', async (_, body, code) => {
    await expectRefusal(send(body()), '10', code);
  });

  it('a message other than the one signed for', async () => {
    await expectRefusal(send(multipart(file())), '10', 'file.hash_mismatch');
    await expectRefusal(send(multipart(file()), { 'hash-file': 'abc' }), '10', 'file.hash_mismatch');
    const { text } = exchange.write();
    const unsigned = ({ 'XroadVnpt-hash-file': _, ...headers }: Record<string, string>) => headers;
    await expectRefusal(
      () => vxp().sendEdoc(text, { from: 'G22', to: '[]' }, { wire: unsigned }),
      '15',
      'signature.header_invalid',
    );
  });

  it('a part of the wrong kind before it is passed over', async () => {
    const { text } = exchange.write();
    const whole = multipart(Buffer.from(text));
    const boundary = whole.subarray(0, whole.indexOf('\r\n'));
    const before = Buffer.concat([
      boundary,
      Buffer.from('\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\r\n'),
    ]);
    const body = Buffer.concat([before, whole]);
    expect(await vxp().sendEdoc(text, { from: 'G22', to: '["H17.05"]' }, { body })).toMatchObject({ status: 'OK' });
    await exchange.fetch('H17.05', 'edoc');
  });
});

describe('a message that cannot be accepted', () => {
  const send = (differences: Differences) => () => exchange.send(exchange.write(differences).text);
  const raw = (text: string | Buffer) => () => exchange.send(text);
  const dated = (text: string) =>
    `<edXML:PromulgationInfo><edXML:PromulgationDate>${text}</edXML:PromulgationDate></edXML:PromulgationInfo>`;
  const replaced = Buffer.from(PDF.toString('utf8'));

  it.each<[string, () => Differences, string, string, string]>([
    [
      'a date that is ambiguous',
      () => ({ promulgation: dated('03/04/2020') }),
      '22',
      'edxml.invalid',
      'date.ambiguous',
    ],
    ['a date in the future', () => ({ promulgation: dated('2126/01/01') }), '22', 'edxml.invalid', 'date.in_future'],
    [
      'a state secret',
      () => ({ subject: '<edXML:Subject>[TỐI MẬT] V/v bố trí</edXML:Subject>' }),
      '22',
      'document.state_secret',
      'Tối mật',
    ],
    ['nobody it is to', () => ({ to: [] }), '22', 'edxml.invalid', 'addressees.missing'],
    [
      'somebody nobody knows',
      () => ({ to: ['H17.05', 'H99.01', 'H99.02'] }),
      '18',
      'addressee.unknown',
      'H99.01, H99.02',
    ],
    ['a closed agency without successor', () => ({ to: ['G24'] }), '23', 'addressee.closed', 'G24'],
    ['its own sender', () => ({ to: ['G22'] }), '18', 'addressee.is_sender', 'G22'],
    [
      'a business type nobody knows',
      () => ({ business: '<edXML:Bussiness><BussinessDocType>9</BussinessDocType></edXML:Bussiness>' }),
      '22',
      'edxml.invalid',
      'business_type.unknown',
    ],
    [
      'a number that is too long',
      () => ({ number: '123456789012' }),
      '22',
      'document.number_invalid',
      'number_too_long',
    ],
    ['no file', () => ({ attachments: '', manifest: '' }), '10', 'document.no_pdf', ''],
    [
      'no PDF',
      () => ({ attachments: attachment('cong-van', 'a.pdf', Buffer.from('text')) }),
      '10',
      'document.no_pdf',
      '',
    ],
    [
      'a PDF that was taken for text',
      () => ({ attachments: attachment('cong-van', 'a.pdf', replaced) }),
      '10',
      'attachment.invalid',
      'EF BF BD',
    ],
    [
      'base64 that is cut off',
      () => ({ attachments: attachment('cong-van', 'a.pdf', 'JVBER') }),
      '10',
      'attachment.invalid',
      'cut off',
    ],
    [
      'a ZIP that is cut off',
      () => ({ attachments: attachment('cong-van', 'a.pdf', zip({ 'a.pdf': PDF }).subarray(0, 60)) }),
      '10',
      'attachment.invalid',
      'ZIP',
    ],
    [
      'more addressees than fit',
      () => ({ to: Array.from({ length: 2001 }, (_, n) => `H17.${n}`) }),
      '18',
      'addressees.too_many',
      '2001',
    ],
    ['a file that is missing', () => ({ attachments: '' }), '10', 'attachment.invalid', 'attachment.missing'],
    [
      'four files',
      () => ({ attachments: [1, 2, 3, 4].map((n) => attachment(`a${n}`, 'a.pdf', PDF)).join('') }),
      '10',
      'files.too_many',
      '4',
    ],
    [
      'a file over the limit',
      () => ({ attachments: attachment('cong-van', 'a.bin', Buffer.alloc(4 * MIB, 'x')) }),
      '10',
      'body.too_large',
      String(3 * MIB),
    ],
    [
      'a PDF over its limit',
      () => ({ attachments: attachment('cong-van', 'a.pdf', Buffer.concat([PDF, Buffer.alloc(2 * MIB, 'x')])) }),
      '10',
      'body.too_large',
      String(2 * MIB),
    ],
    [
      'a PDF nobody signed',
      () => ({ attachments: attachment('cong-van', 'a.pdf', samplePdf()) }),
      '21',
      'signature.',
      '',
    ],
  ])('%s', async (_, differences, errorCode, code, detail) => {
    const answer = await exchange.send(exchange.write(differences()).text);
    expect(answer).toMatchObject({ status: 'FAIL', ErrorCode: errorCode });
    expect(answer.ErrorDesc).toMatch(`[${code}`);
    expect(answer.ErrorDesc).toMatch(detail);
    if (errorCode === '21') return;
    await expectRefusal(send(differences()), errorCode, code);
  });

  it.each<[string, () => string | Buffer, string]>([
    ['no XML', () => 'not XML', 'xml.'],
    ['bytes before the prolog', () => ` ${documentMessage()}`, 'xml.before_prolog'],
    ['UTF-16', () => Buffer.from(documentMessage(), 'utf16le'), 'encoding.unsupported'],
    [
      'bytes that are not UTF-8',
      () => Buffer.from(documentMessage().replace('Hà', 'H\u00e0'), 'latin1'),
      'encoding.invalid',
    ],
    ['a DTD', () => documentMessage().replace('?>', '?><!DOCTYPE edXML [<!ENTITY a "b">]>'), 'xml.doctype'],
    ['an entity', () => documentMessage().replace('Hà Nội', '&hanoi;'), 'xml.entity'],
    ['an unbound prefix', () => documentMessage().replace('<edXML:Subject>', '<x:Subject>'), 'xml.unbound_prefix'],
    ['a message cut off', () => documentMessage().slice(0, 900), 'xml.unfinished'],
    ['100,000 levels', () => '<a>'.repeat(100_000), 'xml.too_deep'],
    [
      'a million attributes',
      () => `<edXML ${Array.from({ length: 200_000 }, (_, n) => `a${n}=""`).join(' ')}/>`,
      'xml.',
    ],
    ['another root', () => '<html/>', 'root.unknown'],
  ])('%s, told with its place', async (_, text, fault) => {
    const description = await expectRefusal(raw(text()), '22', 'edxml.invalid');
    expect(description).toMatch(fault);
    expect(description).toMatch(/\(\d+:\d+/);
  });

  it('what the wild sends and does no harm is taken', async () => {
    const odd = exchange.write({
      manifest: '',
      documentId: '<edXML:DocumentId>G14,2014/02/30,1/A</edXML:DocumentId>',
      promulgation: `<edXML:PromulgationInfo><edXML:PromulgationDate>${today().split('/').reverse().join('/')}</edXML:PromulgationDate></edXML:PromulgationInfo>`,
      from: 'G22',
    });
    const day = Number(today().split('/')[2]);
    const text = odd.text
      .replace('<OrganId>G22</OrganId>', '<OrganId>null</OrganId>')
      .replace('cid:', '')
      .replace(/<edXML:OrganName>[^<]*<\/edXML:OrganName>/, '');
    const answer = await exchange.send(text);
    // A day up to the twelfth could be a month.
    if (day <= 12 && day !== Number(today().split('/')[1])) {
      expect(answer.ErrorDesc).toMatch('date.ambiguous');
      return;
    }
    expect(answer).toMatchObject({ status: 'OK' });
    const { body } = await exchange.agency('G22').rest.get(`/v1/documents/${answer.DocId ?? ''}`);
    const { edxml } = body as { edxml: { warnings: string[] } };
    expect([...edxml.warnings].sort()).toEqual(
      [
        ...['attachment.not_in_manifest', 'content_id.no_cid', 'date.form', 'document_id.impossible_date'],
        ...['organ_id.empty', 'organ_name.missing', 'signature.missing'],
      ].sort(),
    );
    await exchange.fetch('H17.05', 'edoc');
  });
});

describe('every answer is JSON with texts', () => {
  it.each<[string, string, Tampering]>([
    ['an address that is none', '/getEverything', {}],
    ['the door itself', '', {}],
    ['a call by another method', '/sendEdoc', { method: 'PUT' }],
    ['GET where POST is wanted', '/getEdoc', { method: 'GET' }],
    ['an address that cannot be decoded', '/%E0%A4%A', {}],
  ])('%s', async (_, path, tampering) => {
    const body = tampering.method === 'GET' ? undefined : '{}';
    const answer = readAnswer(await vxp().send(path, {}, body, tampering));
    expect(answer).toMatchObject({ status: 'FAIL', ErrorCode: '20' });
  });

  it('wrong parameters', async () => {
    await expectRefusal(() => vxp().call('/getReceivedEdocList', { messagetype: 'all' }), '10', 'request.malformed');
    await expectRefusal(() => vxp().call('/getReceivedEdocList'), '15', 'signature.header_invalid');
    await expectRefusal(() => vxp().updateStatus('x', 'finished'), '10', 'request.malformed');
    await expectRefusal(() => vxp().call('/registerAgency', {}, '{"code"'), '10', 'request.malformed');
    await expectRefusal(() => vxp().call('/registerAgency', {}, '{"code":7}'), '10', 'request.malformed');
    const unprintable = JSON.stringify({ code: 'G22.98', pcode: 'G22', name: 'Vụ\u0000' });
    await expectRefusal(() => vxp().call('/registerAgency', {}, unprintable), '20', 'agency.invalid');
    await expectRefusal(() => vxp().call('/registerAgency', {}, 'x'.repeat(100_000)), '10', 'body.too_large');
    await expectRefusal(() => vxp().call('/getSynchronizeUnit', {}, 'version=yesterday'), '10', 'request.malformed');
    await expectRefusal(
      () => vxp().call('/getSynchronizeUnit', {}, 'version=999999999'),
      '20',
      'directory.version_ahead',
    );
  });

  async function overSocket(text: string): Promise<string> {
    const { hostname, port } = new URL(exchange.axis.url);
    const socket = connect(Number(port), hostname);
    const received: Buffer[] = [];
    socket.on('data', (data: Buffer) => received.push(data));
    socket.on('error', () => undefined);
    socket.write(text);
    await once(socket, 'close');
    return Buffer.concat(received).toString();
  }

  it.each([
    ['a million headers', () => `POST /vxp/sendEdoc HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(1_000_000)}\r\n`],
    [
      'a header of a megabyte',
      () => `POST /vxp/sendEdoc HTTP/1.1\r\nHost: x\r\nXroadVnpt-to: ${'x'.repeat(MIB)}\r\n\r\n`,
    ],
    ['no HTTP', () => 'POST /vxp/sendEdoc HTTP/1.1\r\nHost: x\r\n: : :\r\n\r\n'],
  ])('%s', async (_, request) => {
    const [head = '', body = ''] = (await overSocket(request())).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 4\d\d/);
    const [, status = '', contentType = ''] = /^HTTP\/1\.1 (\d+)[^]*content-type: (\S+)/i.exec(head) ?? [];
    readAnswer({ status: Number(status), contentType, body: Buffer.from(body) });
  });

  it('the database away', async () => {
    const { database } = exchange.axis.ground;
    const ask = () => vxp().call('/getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
    expect(await ask()).toMatchObject({ status: 'OK' });
    await database.query('ALTER TABLE status_messages RENAME TO hidden; ALTER TABLE deliveries RENAME TO away');
    try {
      expect(await ask()).toMatchObject({ status: 'FAIL', ErrorCode: '20' });
    } finally {
      await database.query('ALTER TABLE hidden RENAME TO status_messages; ALTER TABLE away RENAME TO deliveries');
    }
    expect(await ask()).toMatchObject({ status: 'OK' });
  });
});

it('hundreds of calls with some bytes changed are each answered in JSON, and the door goes on', async () => {
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  let seed = 20_261_122;
  const answers = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const { text } = exchange.write();
    const body = multipart(Buffer.from(text));
    for (let changes = random(4); changes >= 0; changes--) body[random(body.length)] = random(256);
    const cut = random(3) === 0 ? body.subarray(0, random(body.length)) : body;
    const changeHeader = (headers: Record<string, string>): Record<string, string> => {
      const names = Object.keys(headers);
      const name = names[random(names.length * 4)] ?? '';
      const value = headers[name];
      return value === undefined ? headers : { ...headers, [name]: value.slice(0, random(value.length)) };
    };
    const tampering = { body: cut, wire: changeHeader };
    const { ErrorCode } = await vxp().sendEdoc(text, { from: 'G22', to: '["H17.05"]' }, tampering);
    answers.add(ErrorCode);
  }
  expect([...answers].sort()).toEqual(expect.arrayContaining(['10', '15', '22']));
  for (let round = 0; round < 200; round++) {
    const message = Buffer.from(exchange.write().text);
    const header = message.indexOf('<AttachmentEncoded');
    for (let changes = random(3); changes >= 0; changes--) message[random(header)] = 32 + random(95);
    await exchange.send(message);
  }
  expect(await exchange.send(exchange.write().text)).toMatchObject({ status: 'OK' });
});

it('2,000 addressees fit', async () => {
  const { vxp: client } = exchange.agency('G22');
  const codes = Array.from({ length: 1_999 }, (_, n) => `000.00.${String(n % 100).padStart(2, '0')}.H${n}`);
  const written = exchange.write({ to: ['H17.05', ...codes] });
  const answer = await client.sendEdoc(written.text, { from: 'G22', to: JSON.stringify(['H17.05', ...codes]) });
  expect(answer).toMatchObject({ status: 'FAIL', ErrorCode: '18' });
});

it('a document that REST refuses is refused by VXP in the same words', async () => {
  const { body } = await exchange
    .agency('G22')
    .rest.submit(letter({ to: ['H99.01'] }), [{ name: 'a.pdf', bytes: exchange.pdf }]);
  const { ErrorDesc } = await exchange.send(exchange.write({ to: ['H99.01'] }).text);
  expect(ErrorDesc).toBe(`${(body as { detail: string }).detail} [addressee.unknown]`);
});
