import { createHash } from 'node:crypto';
import { readEdxml } from './read';
import {
  accepted,
  chunks,
  codes,
  documentMessage,
  documentOf,
  organ,
  PDF,
  QUIET,
  read,
  RESPONSE_FOR,
  statusMessage,
  TODAY,
} from './testing/messages';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

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
