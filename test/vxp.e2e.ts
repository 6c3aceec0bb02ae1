import type { EdxmlDocument } from '@axis/edxml';
import { attachment, zip } from '../libs/edxml/src/testing/messages';
import { letter, sha256 } from './support/letter';
import type { VxpAnswer } from './support/vxp-client';
import { readSound, VxpExchange } from './support/vxp-exchange';

jest.setTimeout(60_000);

const OK = { status: 'OK', ErrorCode: '0' };

let exchange: VxpExchange;

beforeAll(async () => {
  exchange = await VxpExchange.start(['G22', 'H17.05', 'G12']);
});

afterEach(() => exchange.empty());
afterAll(() => exchange.stop());

const rest = async (code: string, path: string) => (await exchange.agency(code).rest.get(path)).body;

describe('a document', () => {
  it('sent by VXP is read by VXP and by REST, every field of it', async () => {
    const written = exchange.write({
      from: 'G22',
      more: `<edXML:DocumentType><edXML:Type>1</edXML:Type><edXML:TypeName>Công văn hỏa tốc</edXML:TypeName></edXML:DocumentType>
        <edXML:Content>Nội dung tóm tắt</edXML:Content>
        <edXML:SignerInfo><edXML:Competence>TM. CHÍNH PHỦ</edXML:Competence><edXML:Position>Bộ trưởng</edXML:Position><edXML:FullName>Nguyễn Minh Đức</edXML:FullName></edXML:SignerInfo>
        <edXML:DueDate>2030/01/31</edXML:DueDate>
        <edXML:OtherInfo><edXML:Priority>3</edXML:Priority><edXML:SphereOfPromulgation>Chuyển đổi số</edXML:SphereOfPromulgation><edXML:TyperNotation>NMD</edXML:TyperNotation><edXML:PromulgationAmount>15</edXML:PromulgationAmount><edXML:PageAmount>2</edXML:PageAmount><edXML:Direction>Để báo cáo</edXML:Direction><edXML:Appendixes><edXML:Appendix>Phụ lục I</edXML:Appendix><edXML:Appendix>Phụ lục II</edXML:Appendix></edXML:Appendixes></edXML:OtherInfo>
        <edXML:ResponseFor><edXML:OrganId>H17.05</edXML:OrganId><edXML:Code>12/BC-STC</edXML:Code><edXML:PromulgationDate>2026/01/05</edXML:PromulgationDate><edXML:DocumentId>H17.05,2026/01/05,12/BC-STC</edXML:DocumentId></edXML:ResponseFor>
        <edXML:SteeringType>2</edXML:SteeringType><edXML:ToPlaces><edXML:Place>Như trên</edXML:Place><edXML:Place>Lưu: VT</edXML:Place></edXML:ToPlaces>`,
      business: `<edXML:Bussiness><BussinessDocType>0</BussinessDocType><BussinessDocReason>Gửi mới</BussinessDocReason><Paper>1</Paper>
        <StaffInfo><Department>Vụ Hành chính</Department><Staff>Lê Thu Hà</Staff><Mobile>0912345678</Mobile><Email>ha@agency.example</Email></StaffInfo></edXML:Bussiness>`,
    });
    const answer = await exchange.send(written.text);
    expect(answer).toMatchObject({ ...OK, ErrorDesc: 'Thành công' });
    const said = {
      reference: written.reference,
      kind: 'cong-van',
      kindName: 'Công văn hỏa tốc',
      urgency: 3,
      content: 'Nội dung tóm tắt',
      signer: { competence: 'TM. CHÍNH PHỦ', position: 'Bộ trưởng', fullName: 'Nguyễn Minh Đức' },
      dueOn: '2030-01-31',
      promulgationPlace: 'Hà Nội',
      sphere: 'Chuyển đổi số',
      typerNotation: 'NMD',
      promulgationAmount: 15,
      pageCount: 2,
      direction: 'Để báo cáo',
      appendixes: ['Phụ lục I', 'Phụ lục II'],
      steeringType: 2,
      toPlaces: ['Như trên', 'Lưu: VT'],
      staff: { name: 'Lê Thu Hà', department: 'Vụ Hành chính', mobile: '0912345678', email: 'ha@agency.example' },
      paper: true,
      businessReason: 'Gửi mới',
      edxml: { sha256: sha256(Buffer.from(written.text)), signature: { kind: 'absent' } },
    };
    const [entry] = await exchange.waiting('H17.05', 'edoc', 1);
    expect(await rest('H17.05', `/v1/documents/${answer.DocId ?? ''}`)).toMatchObject(said);
    expect(entry).toMatchObject({ from: 'G22', to: 'H17.05', serviceType: 'eDoc', messageType: 'edoc' });
    const { vxp } = exchange.agency('H17.05');
    const message = await vxp.getEdoc(entry?.docId ?? '');
    const came = await readSound(message);
    const sent = await readSound(Buffer.from(written.text));
    expect(came.message).toEqual(sent.message);
    expect(came.attachments).toMatchObject([{ name: 'công văn.pdf', sha256: sha256(exchange.pdf) }]);
    const again = await vxp.downloadEdoc(entry?.docId ?? '');
    expect({ status: again.status, same: again.body.equals(message) }).toEqual({ status: 200, same: true });
    expect(again.contentType).toMatch('xml');
    expect(await vxp.updateStatus(entry?.docId ?? '', 'done')).toMatchObject(OK);
  });

  it('sent by REST is read by VXP, every field of it', async () => {
    const description = letter({
      kind: 'quyet-dinh',
      content: 'Nội dung',
      urgency: 4,
      dueOn: '2030-01-31',
      pageCount: 3,
      signer: { fullName: 'Nguyễn Minh Đức', position: 'Phó Chủ nhiệm' },
      promulgationPlace: 'Hà Nội',
      sphere: 'Nội vụ',
      typerNotation: 'HN',
      promulgationAmount: 10,
      direction: 'Để thực hiện',
      appendixes: ['Phụ lục'],
      steeringType: 3,
      toPlaces: ['Như trên'],
      staff: { name: 'Lê Thu Hà', mobile: '0912345678' },
      paper: false,
      businessReason: 'Gửi mới',
      respondsTo: ['H17.05,2026/01/05,12/BC-STC'],
    });
    const files = [
      { name: 'quyết định.pdf', bytes: exchange.pdf },
      { name: 'số liệu.csv', bytes: Buffer.from('a;b\n'), type: 'text/csv' },
    ];
    const { body } = await exchange.agency('G22').rest.submit(description, files, { prefer: 'wait=30' });
    const { reference, number } = body as { reference: string; number: string };
    const { message, attachments, warnings } = await exchange.fetch('H17.05', 'edoc');
    expect(message).toMatchObject({
      documentId: reference,
      number,
      notation: 'VPCP-TH',
      from: { organId: 'G22', organName: 'Văn phòng Chính phủ' },
      to: [{ organId: 'H17.05' }],
      documentType: { typeName: 'Quyết định' },
      urgency: 'scheduled_express',
      content: 'Nội dung',
      dueDate: '2030-01-31',
      pageAmount: 3,
      signer: { fullName: 'Nguyễn Minh Đức', position: 'Phó Chủ nhiệm' },
      promulgationPlace: 'Hà Nội',
      sphereOfPromulgation: 'Nội vụ',
      typerNotation: 'HN',
      promulgationAmount: 10,
      direction: 'Để thực hiện',
      appendixes: ['Phụ lục'],
      responseFor: [{ organId: 'H17.05', code: '12/BC-STC', documentId: 'H17.05,2026/01/05,12/BC-STC' }],
      steeringType: 3,
      toPlaces: ['Như trên'],
      staff: { staff: 'Lê Thu Hà', mobile: '0912345678' },
      paper: false,
      businessReason: 'Gửi mới',
      business: { type: 'new' },
    });
    expect(attachments).toMatchObject([
      { name: 'quyết định.pdf', contentType: 'application/pdf', sha256: sha256(exchange.pdf) },
      { name: 'số liệu.csv', contentType: 'text/csv', sha256: sha256(Buffer.from('a;b\n')) },
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(['signature.missing']);
  });

  it('is one delivery for an agency named twice, and reaches each of the others', async () => {
    const written = exchange.write({ to: ['H17.05', 'G12', '000.00.00.G12', 'H17.05'] });
    await exchange.sent(written, 'G22', ['G12', 'H17.05']);
    for (const code of ['H17.05', 'G12']) {
      expect((await exchange.fetch(code, 'edoc')).message).toMatchObject({ documentId: written.reference });
    }
  });

  it('sent again gets the first answer; another under the same id is a conflict', async () => {
    const written = exchange.write();
    const docId = await exchange.sent(written);
    expect(await exchange.sent(written)).toBe(docId);
    // Trace stamps of a second try do not make it another document.
    const retried = written.text.replace('2020/10/30 09:15:00', '2020/10/30 09:16:00');
    expect(retried).not.toBe(written.text);
    expect(await exchange.sent({ text: retried })).toBe(docId);
    const { text } = exchange.write({ number: written.number, subject: '<edXML:Subject>Khác</edXML:Subject>' });
    const answer = await exchange.send(text);
    expect(answer).toMatchObject({ status: 'FAIL', ErrorCode: '22' });
    expect(answer.ErrorDesc).toMatch(`(mã ${docId}). [document.conflict]`);
    await exchange.fetch('H17.05', 'edoc');
  });

  it('is known by the id of its sender, whatever that looks like', async () => {
    const uuid = '3f0c9d3e-1b7a-4c58-9b0e-6a0f0f4b2d11';
    const written = exchange.write({ documentId: `<edXML:DocumentId>${uuid}</edXML:DocumentId>` });
    const docId = await exchange.sent(written);
    expect((await exchange.fetch('H17.05', 'edoc')).message).toMatchObject({ documentId: uuid });
    expect(await exchange.status('H17.05', { reference: uuid }, '03')).toMatchObject(OK);
    expect((await exchange.fetch('G22', 'status')).message).toMatchObject({
      responseFor: { organId: 'G22', documentId: uuid },
      statusCode: '03',
    });
    const { text } = exchange.write({ documentId: `<edXML:DocumentId>${uuid}</edXML:DocumentId>` });
    expect((await exchange.send(text)).ErrorDesc).toMatch(docId);
  });

  it('wrapped in a ZIP under another name is unwrapped; the main PDF is the first file that is one', async () => {
    const attachments =
      attachment(
        'phu-luc',
        'phụ lục.docx',
        zip({ 'word/document.xml': Buffer.from('<x/>'), 'a.xml': Buffer.from('b') }),
      ) +
      attachment(
        'cong-van',
        'công văn.pdf',
        zip({ '7d2c0f0a-38d5-4c0e-9c1b-8f3c4e0b7a11.pdf': exchange.pdf }),
        'application/zip',
      );
    const docId = await exchange.sent(exchange.write({ attachments, manifest: '' }));
    const { files } = (await rest('G22', `/v1/documents/${docId}`)) as { files: object[] };
    expect(files).toMatchObject([
      { position: 0, name: 'công văn.pdf', sha256: sha256(exchange.pdf) },
      { position: 1, name: 'phụ lục.docx' },
    ]);
    await exchange.fetch('H17.05', 'edoc');
  });

  it('whose signature does not hold is refused in the answer', async () => {
    const damaged = Buffer.from(exchange.pdf);
    damaged.write('9', damaged.indexOf('/Title') + 8);
    const attachments = attachment('cong-van', 'công văn.pdf', damaged);
    const answer = await exchange.send(exchange.write({ attachments }).text);
    expect(answer).toMatchObject({ status: 'FAIL', ErrorCode: '21' });
    expect(answer.ErrorDesc).toMatch('[signature.invalid]');
    const [sent] = await exchange.agency('G22').vxp.sent();
    expect(sent).toMatchObject({ sendStatus: 'fail', receiverDocId: '' });
    expect(sent?.sendStatusDesc).toMatch('[signature.invalid]');
  });
});

describe('statuses', () => {
  it('go both ways by VXP, with who said it and why, and each is read once it is asked for', async () => {
    const written = exchange.write();
    const docId = await exchange.sent(written);
    await exchange.fetch('H17.05', 'edoc');
    const staff =
      '<edXML:StaffInfo><edXML:Department>Văn thư</edXML:Department><edXML:Staff>Trần Thị Hồng Nhung</edXML:Staff></edXML:StaffInfo>';
    for (const code of ['01', '03']) expect(await exchange.status('H17.05', written, code, staff)).toMatchObject(OK);
    const [first, second] = await exchange.waiting('G22', 'status', 2);
    expect(first).toMatchObject({ from: 'H17.05', to: 'G22', messageType: 'status' });
    const { vxp } = exchange.agency('G22');
    const { message } = await readSound(await vxp.getEdoc(first?.docId ?? ''));
    expect(message).toMatchObject({
      kind: 'status',
      from: { organId: 'H17.05' },
      responseFor: { organId: 'G22', code: `${written.number}/VPCP-TTĐT`, documentId: written.reference },
      staff: { department: 'Văn thư', staff: 'Trần Thị Hồng Nhung' },
      statusCode: '01',
    });
    expect(await vxp.call('/countReceiveStatus', {}, undefined, { method: 'GET' })).toMatchObject({ ...OK, count: 2 });
    for (const entry of [first, second, second]) {
      expect(await vxp.updateStatus(entry?.docId ?? '', 'done')).toMatchObject(OK);
    }
    await exchange.waiting('G22', 'status', 0);
    const [sent] = await vxp.sent();
    expect(sent).toMatchObject({ senderDocId: docId, toCode: 'H17.05', sendStatus: 'done', receiveStatus: '03' });
    const [reported] = await exchange.agency('H17.05').vxp.sent('status');
    expect(reported).toMatchObject({ fromCode: 'H17.05', toCode: 'G22', receiveStatus: '03' });
  });

  it('said by REST are heard by VXP, and said by VXP are read by REST', async () => {
    const written = exchange.write();
    await exchange.sent(written);
    const [entry] = await exchange.waiting('H17.05', 'edoc', 1);
    const docId = entry?.docId ?? '';
    await exchange.agency('H17.05').dms.report(docId, { code: '01', staff: { name: 'Lê Quang Vũ' } });
    expect((await exchange.fetch('G22', 'status')).message).toMatchObject({
      statusCode: '01',
      staff: { staff: 'Lê Quang Vũ' },
    });
    const refused = await exchange.status(
      'H17.05',
      written,
      '2',
      '<edXML:Description>Sai nơi nhận</edXML:Description>',
    );
    expect(refused).toMatchObject(OK);
    expect(await exchange.agency('G22').dms.statuses(docId)).toMatchObject([
      { code: '01' },
      { code: '02', reason: 'Sai nơi nhận' },
    ]);
    const impossible = await exchange.status('H17.05', written, '06');
    expect(impossible).toMatchObject({ status: 'FAIL', ErrorCode: '22' });
    expect(impossible.ErrorDesc).toMatch('[status.impossible]');
    await exchange.fetch('G22', 'status');
  });
});

describe('what waits', () => {
  it('stays listed, the oldest first, until it is done; and is counted', async () => {
    const { vxp } = exchange.agency('G12');
    const sent: string[] = [];
    for (let times = 0; times < 3; times++) {
      const written = exchange.write({ to: ['G12'] });
      await exchange.sent(written, 'G22', ['G12']);
      sent.push(written.reference);
      await exchange.waiting('G12', 'edoc', sent.length);
    }
    const count = async (method: string) =>
      (await vxp.call('/countReceiveEdoc', {}, method === 'POST' ? '{}' : undefined, { method })).count;
    expect([await count('POST'), await count('GET')]).toEqual([3, 3]);
    const entries = await vxp.received();
    const ids = await Promise.all(
      entries.map(
        async ({ docId }) => ((await readSound(await vxp.getEdoc(docId))).message as EdxmlDocument).documentId,
      ),
    );
    expect(ids).toEqual(sent);
    for (const status of ['processing', 'fail']) {
      expect(await vxp.updateStatus(entries[0]?.docId ?? '', status)).toMatchObject(OK);
    }
    expect(await vxp.received()).toEqual(entries);
    for (const { docId } of entries)
      for (let times = 0; times < 2; times++) expect(await vxp.updateStatus(docId, 'done')).toMatchObject(OK);
    expect(await vxp.received()).toEqual([]);
  });
});

describe('the directory', () => {
  const list = async (path: string, body?: string) => {
    const answer: VxpAnswer = await exchange.agency('G22').vxp.call(path, {}, body);
    expect(answer).toMatchObject(OK);
    return answer.data as {
      code: string;
      name: string;
      oldCode?: string;
      code102?: string;
      deleted: boolean;
      version: number;
    }[];
  };

  it('is listed by the codes in use, by those of QĐ 20, and with everything that changed', async () => {
    const [all, byNew, synchronized] = [
      await list('/getAgenciesList'),
      await list('/getAgenciesListQD20'),
      await list('/getSynchronizeUnit'),
    ];
    expect(all.find(({ code }) => code === 'G12.01')).toMatchObject({ oldCode: '000.00.01.G12', deleted: false });
    expect(byNew.find(({ code }) => code === 'G12.01')).toMatchObject({ code102: '000.00.01.G12' });
    expect(all.some(({ deleted }) => deleted)).toBe(false);
    expect(synchronized.filter(({ deleted }) => deleted).length).toBeGreaterThan(0);
    expect(synchronized).toHaveLength(79);
  });

  it('tells only what changed, and takes and closes agencies below the caller', async () => {
    const since = Math.max(...(await list('/getSynchronizeUnit')).map(({ version }) => version));
    const { vxp } = exchange.agency('G12');
    const unit = {
      id: 77,
      pcode: 'G12',
      code: 'G12.99',
      name: 'Cục Chuyển đổi số',
      mail: 'cds@agency.example',
      mobile: '024 5550 0099',
      fax: null,
    };
    const register = (agency: object) => vxp.call('/registerAgency', {}, JSON.stringify(agency));
    expect(await register(unit)).toMatchObject(OK);
    expect(await register(unit)).toMatchObject(OK);
    expect(await list('/getSynchronizeUnit', `version=${since}`)).toMatchObject([
      { code: 'G12.99', name: 'Cục Chuyển đổi số', mail: 'cds@agency.example', deleted: false },
    ]);
    // It may act for it at once.
    const written = exchange.write({ from: 'G12.99' });
    const sent = await vxp.sendEdoc(written.text, { from: 'G12.99', to: '["H17.05"]' });
    expect(sent.ErrorDesc).toBe('Thành công');
    await exchange.fetch('H17.05', 'edoc');
    expect(await register({ ...unit, code: 'G22.99', pcode: 'G22' })).toMatchObject({
      status: 'FAIL',
      ErrorCode: '15',
    });
    expect(await vxp.call('/deleteAgency', { AgencyCode: 'H17.05' }, '{}')).toMatchObject({
      status: 'FAIL',
      ErrorCode: '15',
    });
    expect(await vxp.call('/deleteAgency', { AgencyCode: 'G12.99' }, '{}')).toMatchObject(OK);
    expect(await list('/getSynchronizeUnit', JSON.stringify({ version: since }))).toMatchObject([
      { code: 'G12.99', deleted: true },
    ]);
  });
});

it('addressees that nobody knows are skipped where that is the policy, and named', async () => {
  const lenient = await VxpExchange.start(['G22', 'H17.05'], { VXP_UNKNOWN_RECEIVERS: 'skip' });
  try {
    const answer = await lenient.send(lenient.write({ to: ['H17.05', 'H99.01', 'H99.02'] }).text);
    expect(answer).toMatchObject(OK);
    expect(answer.ErrorDesc).toMatch('Bỏ qua nơi nhận không có trong danh mục: H99.01, H99.02');
    expect((await lenient.fetch('H17.05', 'edoc')).message).toMatchObject({ to: [{ organId: 'H17.05' }] });
    expect(await lenient.send(lenient.write({ to: ['H99.01'] }).text)).toMatchObject({
      status: 'FAIL',
      ErrorCode: '18',
    });
  } finally {
    await lenient.stop();
  }
});
