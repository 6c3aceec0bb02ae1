import { parseAgencyCode, type AgencyCode } from '@axis/edoc';
import type { DocumentEntity } from '@axis/storage';
import { documentMessage as written, documentOf, organ } from '../../../../../libs/edxml/src/testing/messages';
import { detailsOf } from '../../submission/details';
import { documentMessage } from './message-of';
import { type BringingMessage, submissionOf } from './submission-of';

const read = async (parts: Parameters<typeof written>[0]) => (await documentOf(written(parts))) as BringingMessage;

describe('what a message submits', () => {
  it.each([
    ['<edXML:TypeName>Quyết định</edXML:TypeName>', 'VPCP', 'quyet-dinh', undefined],
    ['<edXML:TypeName>QUYẾT ĐỊNH</edXML:TypeName>', 'VPCP', 'quyet-dinh', 'QUYẾT ĐỊNH'],
    ['<edXML:TypeName>Công hàm</edXML:TypeName>', 'VPCP', 'cong-van', 'Công hàm'],
    ['', 'QĐ-UBND', 'quyet-dinh', undefined],
    ['', '2020/TB-VPCP', 'thong-bao', undefined],
    ['', 'VPCP-TTĐT', 'cong-van', undefined],
    ['', 'TB', 'cong-van', undefined],
  ])('%s with notation %s is of kind %s', async (typeName, notation, kind, kindName) => {
    const message = await read({
      more: typeName && `<edXML:DocumentType>${typeName}</edXML:DocumentType>`,
      code: `<edXML:Code><edXML:CodeNumber>12</edXML:CodeNumber><edXML:CodeNotation>${notation}</edXML:CodeNotation></edXML:Code>`,
    });
    expect(submissionOf(message)).toMatchObject({ kind, notation });
    expect(submissionOf(message).kindName).toBe(kindName);
  });

  it('is not changed by what was left empty', async () => {
    const message = await read({
      more: '<edXML:SignerInfo><edXML:FullName/></edXML:SignerInfo><edXML:OtherInfo><edXML:PageAmount>0</edXML:PageAmount></edXML:OtherInfo>',
    });
    const { signer, pageCount, staff, respondsTo, documentId } = submissionOf(message);
    expect({ signer, pageCount, staff, respondsTo, documentId }).toEqual({});
    expect(detailsOf(submissionOf(message))).toEqual({ promulgationPlace: 'Hà Nội' });
  });

  it('names the documents it answers by id, or by the reference its parts make', async () => {
    const about = (fields: string) => `<edXML:ResponseFor>${fields}</edXML:ResponseFor>`;
    const organId = '<edXML:OrganId>H17.05</edXML:OrganId>';
    const message = await read({
      more:
        about(`${organId}<edXML:DocumentId>H17.05,2020/01/05,12/BC-STC</edXML:DocumentId>`) +
        about(
          `${organId}<edXML:Code>13/BC-STC</edXML:Code><edXML:PromulgationDate>2020/01/06</edXML:PromulgationDate>`,
        ) +
        about(`${organId}<edXML:Code>14</edXML:Code>`),
    });
    expect(submissionOf(message).respondsTo).toEqual([
      'H17.05:H17.05,2020/01/05,12/BC-STC',
      'H17.05,2020/01/06,13/BC-STC',
    ]);
  });

  it('leaves out of an update’s addressees who is taken off', async () => {
    const message = await read({
      to: ['H17', 'H29'].map((code) => `<edXML:To>${organ(code)}</edXML:To>`).join(''),
      business: `<edXML:Bussiness><BussinessDocType>2</BussinessDocType><DocumentId>G22,2020/10/29,1/A</DocumentId><BussinessDocumentInfo><DocumentInfo>1</DocumentInfo>
        <ReceiverList><Receiver><OrganId>H29</OrganId><ReceiverType>0</ReceiverType></Receiver><Receiver><OrganId>H30</OrganId><ReceiverType>1</ReceiverType></Receiver></ReceiverList></BussinessDocumentInfo></edXML:Bussiness>`,
    });
    expect(submissionOf(message)).toMatchObject({
      to: ['H17'],
      business: { type: 'update', document: 'G22:G22,2020/10/29,1/A', add: ['H30'], remove: ['H29'] },
    });
  });
});

describe('a document as a message', () => {
  const stored = {
    fromCode: 'G22',
    reference: 'G22,2020/10/30,7816/VPCP-TTĐT',
    number: '7816',
    notation: 'VPCP-TTĐT',
    kind: 'cong-van',
    subject: 'V/v kết nối',
    promulgatedOn: '2020-10-30',
    urgency: 0,
    details: {},
    addressees: [{ code: 'H17' }, { code: '000.00.00.G12' }],
    submittedAt: new Date('2020-10-30T02:15:00Z'),
    business: { type: 'replace' },
  };
  const document = stored as unknown as DocumentEntity;
  const links = [
    ['answers', null, 'H17:công văn số 5'],
    ['replaces', 'id-1', 'G22,2020/10/01,1/A'],
    ['replaces', null, 'G22,2019/10/01,2/B'],
  ].map(([kind, targetId, targetReference], position) => ({
    documentId: 'x',
    position,
    kind: kind as 'answers',
    targetId: targetId ?? null,
    targetReference: targetReference ?? '',
    agencyIds: position === 1 ? ['agency-1'] : null,
  }));
  const code = (text: string) => parseAgencyCode(text) as AgencyCode;
  const names = new Map([
    ['H17', { code: code('H17'), name: 'UBND tỉnh' }],
    ['agency-1', { code: code('G12'), name: 'Bộ Tài chính' }],
  ]);
  const own = { ...stored, reference: 'G22,2020/10/01,1/A', details: { edxml: { documentId: 'uuid-1' } } };
  const targets = new Map([['id-1', own as unknown as DocumentEntity]]);

  it('names other documents as their receivers know them, and agencies by the directory', () => {
    expect(documentMessage({ document, links, targets, names })).toMatchObject({
      documentId: document.reference,
      to: [{ organId: 'H17', organName: 'UBND tỉnh' }, { organId: '000.00.00.G12' }],
      responseFor: [{ documentId: 'công văn số 5' }],
      business: {
        type: 'replace',
        replaced: [
          { documentId: 'uuid-1', organIds: ['G12'] },
          { documentId: 'G22,2019/10/01,2/B', organIds: [] },
        ],
      },
      trace: [{ organId: 'G22', timestamp: document.submittedAt }],
    });
  });
});
