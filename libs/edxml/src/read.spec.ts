import { createHash, randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { parseAgencyCode } from '@axis/edoc';
import type { ContentForm } from './attachments/intake';
import { readEdxml } from './read';
import {
  attachment,
  chunks,
  codes,
  documentMessage,
  organ,
  PDF,
  read,
  reference,
  RESPONSE_FOR,
  statusMessage,
  TODAY,
  zip,
} from './testing/messages';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const UUID = '7d2c0f0a-38d5-4c0e-9c1b-8f3c4e0b7a11';
/** What every message of these tests is warned of. */
const QUIET = ['signature.missing'];

async function accepted(message: string): Promise<Awaited<ReturnType<typeof read>>> {
  const reading = await read(message);
  expect(reading.errors).toEqual([]);
  expect(reading.message).toBeDefined();
  return reading;
}

async function documentOf(message: string) {
  const { message: read } = await accepted(message);
  if (read?.kind !== 'document') throw new Error('expected a document');
  return read;
}

describe('a document message', () => {
  it('is read with all it says', async () => {
    const more = `
      <edXML:DocumentType><edXML:Type>2</edXML:Type><edXML:TypeDetail>1</edXML:TypeDetail><edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>
      <edXML:Content>Trích yếu</edXML:Content>
      <edXML:SignerInfo><edXML:Competence>TL. Bộ trưởng</edXML:Competence><edXML:Position>Vụ trưởng</edXML:Position><edXML:FullName>Nguyễn Văn A</edXML:FullName></edXML:SignerInfo>
      <edXML:DueDate>2020/11/15</edXML:DueDate>
      <edXML:OtherInfo><edXML:Priority>3</edXML:Priority><edXML:SphereOfPromulgation>CNTT</edXML:SphereOfPromulgation>
        <edXML:TyperNotation>HN</edXML:TyperNotation><edXML:PromulgationAmount>10</edXML:PromulgationAmount><edXML:PageAmount>2</edXML:PageAmount>
        <edXML:Appendixes><edXML:Appendix>Phụ lục I</edXML:Appendix><edXML:Appendix>Phụ lục II</edXML:Appendix></edXML:Appendixes></edXML:OtherInfo>
      ${RESPONSE_FOR}
      <edXML:SteeringType>2</edXML:SteeringType>
      <edXML:ToPlaces><edXML:Place>Như trên</edXML:Place><edXML:Place>Lưu: VT</edXML:Place></edXML:ToPlaces>`;
    const business = `<edXML:Bussiness><BussinessDocType>0</BussinessDocType><BussinessDocReason>Văn bản mới</BussinessDocReason><Paper>1</Paper>
      <StaffInfo><Department>Văn thư</Department><Staff>Trần Thị B</Staff><Mobile>0912</Mobile><Email>b@agency.example</Email></StaffInfo></edXML:Bussiness>`;
    const { message, attachments, warnings } = await accepted(documentMessage({ more, business }));
    expect(codes(warnings)).toEqual(QUIET);
    expect(message).toEqual({
      kind: 'document',
      from: expect.objectContaining({ organId: 'G22', organName: 'Cơ quan G22' }) as unknown,
      to: [expect.objectContaining({ organId: 'H17' })],
      documentId: 'G22,2020/10/30,7816/VPCP-TTĐT',
      number: '7816',
      notation: 'VPCP-TTĐT',
      promulgationPlace: 'Hà Nội',
      promulgationDate: '2020-10-30',
      documentType: { type: '2', typeDetail: '1', typeName: 'Công văn' },
      subject: 'V/v kết nối, liên thông văn bản điện tử',
      content: 'Trích yếu',
      signer: { competence: 'TL. Bộ trưởng', position: 'Vụ trưởng', fullName: 'Nguyễn Văn A' },
      dueDate: '2020-11-15',
      urgency: 'express',
      sphereOfPromulgation: 'CNTT',
      typerNotation: 'HN',
      promulgationAmount: 10,
      pageAmount: 2,
      direction: undefined,
      appendixes: ['Phụ lục I', 'Phụ lục II'],
      responseFor: [
        {
          organId: 'G22',
          code: '7816/VPCP-TTĐT',
          promulgationDate: '2020-10-30',
          documentId: 'G22,2020/10/30,7816/VPCP-TTĐT',
        },
      ],
      steeringType: 2,
      toPlaces: ['Như trên', 'Lưu: VT'],
      trace: [{ organId: 'G22', timestamp: new Date('2020-10-30T02:15:00Z') }],
      business: { type: 'new' },
      businessReason: 'Văn bản mới',
      paper: true,
      staff: { department: 'Văn thư', staff: 'Trần Thị B', mobile: '0912', email: 'b@agency.example' },
    });
    expect(attachments).toEqual([
      {
        index: 0,
        contentId: 'cong-van',
        name: 'công văn.pdf',
        description: undefined,
        contentType: 'application/pdf',
        form: 'as_sent',
        size: PDF.length,
        sha256: sha256(PDF),
        unwrappedFrom: undefined,
      },
    ]);
  });

  it('is the same with its elements in any order, with any prefix or none', async () => {
    const standard = await documentOf(documentMessage());
    const shuffled = documentMessage({
      from: organ('G22'),
      to: '<edXML:Subject>V/v kết nối, liên thông văn bản điện tử</edXML:Subject>',
      documentId:
        '<edXML:PromulgationInfo><edXML:PromulgationDate>2020/10/30</edXML:PromulgationDate><edXML:Place>Hà Nội</edXML:Place></edXML:PromulgationInfo>',
      promulgation: `<edXML:To>${organ('H17')}</edXML:To>`,
      subject: '<edXML:DocumentId>G22,2020/10/30,7816/VPCP-TTĐT</edXML:DocumentId>',
    });
    expect(await documentOf(shuffled)).toEqual(standard);
    expect(await documentOf(documentMessage().replaceAll('edXML:', 'x:').replaceAll('xmlns:edXML', 'xmlns:x'))).toEqual(
      standard,
    );
    expect(await documentOf(documentMessage().replaceAll('<edXML:', '<').replaceAll('</edXML:', '</'))).toEqual(
      standard,
    );
  });

  it('is the same however the stream is cut', async () => {
    const bytes = Buffer.from(documentMessage());
    const whole = await read(bytes);
    for (const length of [1, 2, 3, 7, 64, 1000])
      expect(await readEdxml(chunks(bytes, length), { now: TODAY })).toEqual(whole);
  });

  it('that names From, To, DocumentId, Code, date and subject nowhere is refused for each', async () => {
    const message = documentMessage({ from: '', to: '', documentId: '', code: '', promulgation: '', subject: '' });
    const { errors, message: read_ } = await read(message);
    expect(read_).toBeUndefined();
    expect(codes(errors)).toEqual([
      'element.missing',
      'addressees.missing',
      'document_id.missing',
      'element.missing',
      'element.missing',
      'element.missing',
    ]);
  });

  it('says where an error is: path, line and column', async () => {
    const { errors } = await read(
      documentMessage({ to: `<edXML:To>${organ('H17')}</edXML:To><edXML:To>${organ('')}</edXML:To>` }),
    );
    expect(errors).toMatchObject([
      {
        code: 'value.missing',
        path: '/edXML/edXMLEnvelope/edXMLHeader/MessageHeader/To[2]/OrganId',
        line: 7,
        column: 120,
      },
    ]);
  });

  it('marked as a state secret is refused', async () => {
    const { errors } = await read(documentMessage({ subject: '<edXML:Subject>[TỐI MẬT] Về việc …</edXML:Subject>' }));
    expect(codes(errors)).toEqual(['document.state_secret']);
  });

  it('without an edXML root, or without a header, is refused', async () => {
    expect(codes((await read('<html/>')).errors)).toEqual(['root.unknown']);
    expect(codes((await read('<edXML/>')).errors)).toEqual(['element.missing']);
  });

  it('of 1,000 strange addressees is not answered by a flood of findings', async () => {
    const to = `<edXML:To>${organ('', '')}</edXML:To>`.repeat(1_000);
    const { errors, warnings } = await read(documentMessage({ to }));
    expect(errors).toHaveLength(200);
    expect(warnings.length).toBeLessThanOrEqual(200);
  });
});

describe('the kinds of business', () => {
  const business = (type: string, rest = '') =>
    `<edXML:Bussiness><BussinessDocType>${type}</BussinessDocType>${rest}</edXML:Bussiness>`;

  it('is new when the message does not say', async () => {
    expect((await documentOf(documentMessage({ business: '' }))).business).toEqual({ type: 'new' });
  });

  it('recall: the header’s own DocumentId is recalled, whatever ResponseFor says', async () => {
    const other = RESPONSE_FOR.replaceAll('7816', '99');
    const reading = await accepted(documentMessage({ business: business('1'), more: other }));
    expect(reading.message).toMatchObject({
      business: { type: 'recall', documentId: 'G22,2020/10/30,7816/VPCP-TTĐT' },
    });
    expect(codes(reading.warnings)).toContain('recall.response_unrelated');
  });

  it('update: of Bussiness/DocumentId, of its content and its receivers', async () => {
    const rest = `<DocumentId>G22,2020/10/01,1/A</DocumentId><BussinessDocumentInfo><DocumentInfo>1</DocumentInfo><DocumentReceiver>1</DocumentReceiver>
      <ReceiverList><Receiver><OrganId>H29</OrganId><ReceiverType>1</ReceiverType></Receiver><Receiver><ReceiverType>0</ReceiverType><OrganId>H17</OrganId></Receiver></ReceiverList></BussinessDocumentInfo>`;
    expect((await documentOf(documentMessage({ business: business('2', rest) }))).business).toEqual({
      type: 'update',
      documentId: 'G22,2020/10/01,1/A',
      content: true,
      receivers: [
        { organId: 'H29', change: 'added' },
        { organId: 'H17', change: 'removed' },
      ],
    });
  });

  it('replace: each ReplacementInfo once, as a set', async () => {
    const info = (id: string, ...organs: string[]) =>
      `<ReplacementInfo><DocumentId>${id}</DocumentId><OrganIdList>${organs.map((o) => `<OrganId>${o}</OrganId>`).join('')}</OrganIdList></ReplacementInfo>`;
    const list = `<ReplacementInfoList>${info('A', 'H17')}${info('B')}${info('A', 'H17', 'H29')}</ReplacementInfoList>`;
    const reading = await accepted(documentMessage({ business: business('3', list) }));
    expect(reading.message).toMatchObject({
      business: {
        type: 'replace',
        replaced: [
          { documentId: 'A', organIds: ['H17', 'H29'] },
          { documentId: 'B', organIds: [] },
        ],
      },
    });
    expect(codes(reading.warnings)).toContain('replacement.repeated');
  });

  it.each([
    ['2', 'update.document_missing'],
    ['3', 'replacement.missing'],
    ['4', 'business_type.unknown'],
    ['thu hồi', 'business_type.unknown'],
  ])('%s without what it needs is refused as %s', async (type, code) => {
    expect(codes((await read(documentMessage({ business: business(type) }))).errors)).toEqual([code]);
  });
});

describe('a status message', () => {
  const timestamp = '<edXML:Timestamp>2020/10/30 10:00:00</edXML:Timestamp>';
  const status = (code: string, rest = timestamp) =>
    statusMessage(`${RESPONSE_FOR}<edXML:StatusCode>${code}</edXML:StatusCode>${rest}`);

  it('is read: from, about which document, by whom, what and when', async () => {
    const staff = '<edXML:StaffInfo><edXML:Staff>Trần Thị B</edXML:Staff></edXML:StaffInfo>';
    const reading = await accepted(
      status('03', `${staff}<edXML:Description>Đã vào sổ</edXML:Description>${timestamp}`),
    );
    expect(reading.message).toEqual({
      kind: 'status',
      from: expect.objectContaining({ organId: 'H17' }) as unknown,
      responseFor: {
        organId: 'G22',
        code: '7816/VPCP-TTĐT',
        promulgationDate: '2020-10-30',
        documentId: 'G22,2020/10/30,7816/VPCP-TTĐT',
      },
      staff: { department: undefined, staff: 'Trần Thị B', mobile: undefined, email: undefined },
      statusCode: '03',
      description: 'Đã vào sổ',
      timestamp: new Date('2020-10-30T03:00:00Z'),
    });
    expect(reading.outline).toMatchObject({ kind: 'status', to: ['G22'], statusCode: '03', businessType: null });
  });

  it('older than its document is accepted with a warning', async () => {
    const { warnings } = await accepted(status('01', '<edXML:Timestamp>2020/10/29 23:59:59</edXML:Timestamp>'));
    expect(codes(warnings)).toEqual([...QUIET, 'status.older_than_document']);
  });

  it.each([
    ['of an unknown code', status('99'), 'status.unknown'],
    ['of refusal without a reason', status('02'), 'status.reason_required'],
    ['of recall without a reason', status('13'), 'status.reason_required'],
    ['about no document', statusMessage('<edXML:StatusCode>01</edXML:StatusCode>'), 'status.response_for_missing'],
    [
      'about a document without id',
      statusMessage(
        '<edXML:ResponseFor><OrganId>G22</OrganId></edXML:ResponseFor><edXML:StatusCode>01</edXML:StatusCode>',
      ),
      'status.response_for_missing',
    ],
  ])('%s is refused', async (_, message, code) => {
    expect(codes((await read(message)).errors)).toEqual([code]);
  });
});

describe('what the wild sends and does no harm is accepted with a warning', () => {
  const sent = (parts: Parameters<typeof documentMessage>[0]) => documentMessage(parts);
  const date = (text: string) =>
    `<edXML:PromulgationInfo><edXML:PromulgationDate>${text}</edXML:PromulgationDate></edXML:PromulgationInfo>`;

  it.each([
    [
      'cid: missing',
      sent({ attachments: attachment('cong-van', 'a.pdf', PDF).replace('cid:', '') }),
      'content_id.no_cid',
    ],
    [
      'a manifest that names an attachment by xlink',
      sent({ manifest: '<edXML:Reference xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="cid:cong-van"/>' }),
      undefined,
    ],
    ['a manifest that names none', sent({ manifest: '' }), 'attachment.not_in_manifest'],
    ['a trace without OrganId', documentMessage().replace('<OrganId>G22</OrganId>', '<OrganId/>'), 'organ_id.empty'],
    [
      'a trace whose OrganId is null',
      documentMessage().replace('<OrganId>G22</OrganId>', '<OrganId>null</OrganId>'),
      'organ_id.empty',
    ],
    ['no OrganName', sent({ from: '<edXML:OrganId>G22</edXML:OrganId>' }), 'organ_name.missing'],
    ['no Signature', sent({}), undefined],
    [
      'an impossible date in the id',
      sent({ documentId: '<edXML:DocumentId>G22,2014/02/30,7816/VPCP-TTĐT</edXML:DocumentId>' }),
      'document_id.impossible_date',
    ],
    [
      'an id of another day',
      sent({ documentId: '<edXML:DocumentId>G22,2020/10/29,7816/VPCP-TTĐT</edXML:DocumentId>' }),
      'document_id.date_differs',
    ],
    [
      'an id of another agency',
      sent({ documentId: '<edXML:DocumentId>G14,2020/10/30,7816/VPCP-TTĐT</edXML:DocumentId>' }),
      'document_id.organ_differs',
    ],
    ['a UUID as id', sent({ documentId: `<edXML:DocumentId>${UUID}</edXML:DocumentId>` }), undefined],
    [
      'an id of no known form',
      sent({ documentId: '<edXML:DocumentId>7816</edXML:DocumentId>' }),
      'document_id.unusual',
    ],
    ['a date day first', sent({ promulgation: date('30/10/2020') }), 'date.form'],
    ['a date day first, the same both ways', sent({ promulgation: date('10/10/2020') }), 'date.form'],
    ['a date with dashes', sent({ promulgation: date('2020-10-30') }), 'date.form'],
    ['SteeringType 0', sent({ more: '<edXML:SteeringType>0</edXML:SteeringType>' }), 'value.unusual'],
    [
      'a subject of 501 characters',
      sent({ subject: `<edXML:Subject>${'Ề'.repeat(501)}</edXML:Subject>` }),
      'value.too_long',
    ],
    ['an element nobody knows', sent({ more: '<edXML:Extra>1</edXML:Extra>' }), 'element.unknown'],
    ['two subjects', sent({ more: '<edXML:Subject>Khác</edXML:Subject>' }), 'element.repeated'],
    ['another namespace', documentMessage().replaceAll('QCVN_102_2016', 'QCVN_102_2019'), 'namespace.unusual'],
    [
      'a file of another type than its label',
      sent({ attachments: attachment('cong-van', 'a.pdf', Buffer.from('plain text')) }),
      'attachment.type_differs',
    ],
    ['a file without a name', sent({ attachments: attachment('cong-van', '', PDF) }), 'attachment.name_missing'],
  ])('%s', async (_, message, code) => {
    const { warnings } = await accepted(message);
    const others = ['document_id.date_differs', ...QUIET].filter((other) => other !== code);
    expect(codes(warnings).filter((warning) => !others.includes(warning))).toEqual(code === undefined ? [] : [code]);
    expect(codes(warnings)).toContain('signature.missing');
  });

  it('a duplicate To: delivered once', async () => {
    const twice = `<edXML:To>${organ('H17')}</edXML:To><edXML:To>${organ('H29')}</edXML:To><edXML:To>${organ('H17')}</edXML:To>`;
    const reading = await accepted(documentMessage({ to: twice }));
    expect(reading.message).toMatchObject({ to: [{ organId: 'H17' }, { organId: 'H29' }] });
    expect(codes(reading.warnings)).toEqual(
      [...QUIET, 'addressee.repeated'].sort((a) => (a === 'signature.missing' ? -1 : 1)),
    );
  });

  it('an agency code outside every pattern', async () => {
    expect((await documentOf(documentMessage({ from: organ('vxp.saas.03') }))).from.organId).toBe(
      parseAgencyCode('vxp.saas.03'),
    );
  });

  it('text in decomposed Unicode, read as composed', async () => {
    expect((await documentOf(documentMessage().normalize('NFD'))).subject).toBe(
      'V/v kết nối, liên thông văn bản điện tử',
    );
  });
});

describe('dates that cannot be', () => {
  it.each([
    ['2020/11/01', 'date.in_future'],
    ['2020/02/30', 'date.invalid'],
    ['hôm qua', 'date.invalid'],
    ['03/04/2020', 'date.ambiguous'],
    ['10/30/2020', 'date.ambiguous'],
  ])('PromulgationDate %s is refused as %s', async (text, code) => {
    const promulgation = `<edXML:PromulgationInfo><edXML:PromulgationDate>${text}</edXML:PromulgationDate></edXML:PromulgationInfo>`;
    expect(codes((await read(documentMessage({ promulgation }))).errors)).toEqual([code]);
  });

  it('the future begins at midnight in Vietnam', async () => {
    const message = documentMessage({
      promulgation:
        '<edXML:PromulgationInfo><edXML:PromulgationDate>2020/11/01</edXML:PromulgationDate></edXML:PromulgationInfo>',
    });
    expect(codes((await read(message, { now: new Date('2020-10-31T16:59:59Z') })).errors)).toEqual(['date.in_future']);
    expect((await read(message, { now: new Date('2020-10-31T17:00:00Z') })).errors).toEqual([]);
  });
});

describe('attachments', () => {
  const wrapped = zip({ [`${UUID}.pdf`]: PDF });
  const only = (name: string, content: Buffer | string, type?: string) =>
    documentMessage({ attachments: attachment('cong-van', name, content, type) });

  it.each([
    ['labelled application/zip', 'application/zip', wrapped],
    ['labelled PDF', 'application/pdf', wrapped],
    ['stored, not deflated', 'application/zip', zip({ [`${UUID}.pdf`]: PDF }, { stored: true })],
    ['written as a stream', 'application/zip', zip({ [`${UUID}.pdf`]: PDF }, { streamed: true })],
  ])(
    'a ZIP around one file, %s, is unwrapped: name from AttachmentName, both hashes kept',
    async (_, type, content) => {
      const { attachments, warnings } = await accepted(only('Công văn 7816.pdf', content, type));
      expect(codes(warnings)).toEqual(
        [...QUIET, 'attachment.unwrapped'].sort((a) => (a === 'signature.missing' ? 1 : -1)),
      );
      expect(attachments).toMatchObject([
        {
          name: 'Công văn 7816.pdf',
          contentType: 'application/pdf',
          form: 'unwrapped',
          size: PDF.length,
          sha256: sha256(PDF),
          unwrappedFrom: { contentType: type, size: content.length, sha256: sha256(content) },
        },
      ]);
    },
  );

  it.each([
    ['called .zip by its sender', 'hồ sơ.zip', wrapped],
    ['of several files', 'hồ sơ.pdf', zip({ [`${UUID}.pdf`]: PDF, 'b.pdf': PDF })],
    ['of one folder', 'hồ sơ.pdf', zip({ 'a/': Buffer.alloc(0) }, { stored: true })],
  ])('a ZIP %s stays as it is', async (_, name, content) => {
    const { attachments } = await accepted(only(name, content, 'application/zip'));
    expect(attachments).toMatchObject([{ name, form: 'as_sent', sha256: sha256(content), unwrappedFrom: undefined }]);
  });

  const replaced = Buffer.from(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj', 'latin1').toString('utf8'));
  const damaged = Buffer.from(wrapped);
  damaged.writeUInt8(damaged.readUInt8(70) ^ 0xff, 70);
  it.each([
    ['a PDF in which every byte beyond ASCII became EF BF BD', replaced],
    ['a truncated ZIP', wrapped.subarray(0, wrapped.length - 30)],
    ['a ZIP truncated within its file', wrapped.subarray(0, 80)],
    ['a ZIP with a flipped byte', damaged],
    ['truncated base64', PDF.toString('base64').slice(0, -5)],
    ['base64 with one character too many', `${PDF.toString('base64').replace(/=+$/, '')}AAAAA`],
    ['something that is no base64', 'Đây không phải base64'],
    ['base64 that goes on after its padding', 'JVBERg==JVBERg=='],
  ])('%s is refused as corrupted', async (_, content) => {
    const { errors, message } = await read(only('a.pdf', content));
    expect(codes(errors)).toEqual(['attachment.corrupted']);
    expect(message).toBeUndefined();
  });

  it('with UTF-8 text that holds EF BF BD are not taken for damaged', async () => {
    await accepted(only('a.txt', Buffer.from('ký tự \uFFFD'), 'text/plain'));
    await accepted(only('a.pdf', Buffer.concat([PDF, Buffer.from('\uFFFD')])));
  });

  it.each([
    ['empty', only('a.pdf', ''), 'attachment.empty'],
    [
      'without content',
      documentMessage({ attachments: '<Attachment><ContentId>cid:cong-van</ContentId></Attachment>' }),
      'attachment.empty',
    ],
    ['named in the manifest only', documentMessage({ attachments: '' }), 'attachment.missing'],
    [
      'named in the manifest twice, there once',
      documentMessage({ manifest: reference('cong-van') + reference('phu-luc') }),
      'attachment.missing',
    ],
  ])('%s are refused', async (_, message, code) => {
    expect(codes((await read(message)).errors)).toEqual([code]);
  });

  it('have no dangerous names', async () => {
    const { attachments } = await accepted(only('../../etc/công văn.pdf', PDF));
    expect(attachments[0]?.name).toBe('công văn.pdf');
  });

  it('in CDATA are read too', async () => {
    const { attachments } = await accepted(only('a.pdf', `<![CDATA[${PDF.toString('base64')}]]>`));
    expect(attachments[0]?.sha256).toBe(sha256(PDF));
  });

  it('that unpack to more than is allowed are refused', async () => {
    const bomb = zip({ [`${UUID}.pdf`]: Buffer.alloc(20 * 1024 * 1024) });
    const { errors } = await read(only('a.pdf', bomb), { maxUnwrapped: 1024 * 1024 });
    expect(codes(errors)).toEqual(['attachment.too_large']);
  });

  it('are given on as sent and unwrapped, each to its own receiver', async () => {
    const big = randomBytes(300_000);
    const names = {
      attachments: attachment('a', 'a.bin', big) + attachment('b', 'b.pdf', wrapped),
      manifest: reference('a') + reference('b'),
    };
    const received = new Map<string, Buffer>();
    const receive = (index: number, form: ContentForm) => collect((bytes) => received.set(`${index} ${form}`, bytes));
    const reading = await readEdxml(chunks(Buffer.from(documentMessage(names)), 1000), { now: TODAY, receive });
    expect(reading.attachments.map(({ index, form }) => `${index} ${form}`)).toEqual(['0 as_sent', '1 unwrapped']);
    expect([...received.keys()].sort()).toEqual(['0 as_sent', '1 as_sent', '1 unwrapped']);
    expect(received.get('0 as_sent')?.equals(big)).toBe(true);
    expect(received.get('1 as_sent')?.equals(wrapped)).toBe(true);
    expect(received.get('1 unwrapped')?.equals(PDF)).toBe(true);
  });

  it('of a message that breaks off are abandoned', async () => {
    const sinks: Writable[] = [];
    const receive = () => {
      sinks.push(collect(() => undefined));
      return sinks.at(-1) ?? new Writable();
    };
    const cut = Buffer.from(documentMessage({ attachments: attachment('a', 'a.bin', randomBytes(100_000)) })).subarray(
      0,
      90_000,
    );
    const { errors } = await read(cut, { receive });
    expect(codes(errors)).toEqual(['xml.unfinished']);
    expect(sinks.map((sink) => sink.destroyed)).toEqual([true]);
  });

  it('whose receiver fails fail the reading', async () => {
    const receive = () =>
      new Writable({
        write: (_, __, done) => {
          done(new Error('the disk is full'));
        },
      });
    await expect(read(only('a.bin', randomBytes(200_000)), { receive })).rejects.toThrow('the disk is full');
  });
});

function collect(done: (bytes: Buffer) => void): Writable {
  const pieces: Buffer[] = [];
  return new Writable({
    write: (piece: Buffer, _, next) => {
      pieces.push(piece);
      setImmediate(next);
    },
    final: (next) => {
      done(Buffer.concat(pieces));
      next();
    },
  });
}
