import { parseAgencyCode } from '@axis/edoc';
import {
  accepted,
  attachment,
  codes,
  documentMessage,
  documentOf,
  organ,
  PDF,
  QUIET,
  read,
  UUID,
} from './testing/messages';

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
