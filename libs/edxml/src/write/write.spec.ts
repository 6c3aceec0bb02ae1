import { createHash, createPublicKey, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { type AgencyCode, type CalendarDate } from '@axis/edoc';
import { TestAuthority } from '@axis/testing';
import { SignedXml } from 'xml-crypto';
import { type EdxmlDocument, type EdxmlStatus } from '../message/message';
import { readEdxml } from '../read';
import type { EnvelopeSigner } from '../signature/sign';
import { chunks, codes, PDF, read, TODAY } from '../testing/messages';
import { type OutgoingAttachment, writeEdxml, type WriteOptions } from './write';

type IssuedKey = ReturnType<TestAuthority['agency']>;
const authority = new TestAuthority();
const ecdsaKey = authority.agency();
const rsaKey = authority.agency('Bộ Tài chính', 'G12', { keyType: 'RSA-2048' });

const DOCUMENT: EdxmlDocument = {
  kind: 'document',
  from: { organId: 'G22' as AgencyCode, organName: 'Văn phòng Chính phủ', email: 'vpcp@agency.example' },
  to: [
    { organId: 'H17' as AgencyCode, organName: 'UBND tỉnh Sông Lam' },
    { organId: '000.00.18.G12' as AgencyCode, organName: 'Tổng cục Thuế', organizationInCharge: 'Bộ Tài chính' },
  ],
  documentId: 'G22,2020/10/30,7816/VPCP-TTĐT',
  number: '7816',
  notation: 'VPCP-TTĐT',
  promulgationPlace: 'Hà Nội',
  promulgationDate: '2020-10-30' as CalendarDate,
  documentType: { type: '2', typeDetail: undefined, typeName: 'Công văn' },
  subject: 'V/v "kết nối" <A & B>',
  content: undefined,
  signer: { competence: 'TL.', position: 'Vụ trưởng', fullName: 'Nguyễn Văn A' },
  dueDate: '2020-11-15' as CalendarDate,
  urgency: 'express',
  sphereOfPromulgation: undefined,
  typerNotation: 'HN',
  promulgationAmount: 10,
  pageAmount: 2,
  direction: undefined,
  appendixes: ['Phụ lục I'],
  responseFor: [
    {
      organId: 'H17' as AgencyCode,
      code: '1/UBND',
      promulgationDate: '2020-10-01' as CalendarDate,
      documentId: 'H17,2020/10/01,1/UBND',
    },
  ],
  steeringType: 2,
  toPlaces: ['Như trên', 'Lưu: VT'],
  trace: [{ organId: 'G22' as AgencyCode, timestamp: new Date('2020-10-30T02:15:00Z') }],
  business: { type: 'new' },
  businessReason: 'Văn bản mới',
  paper: false,
  staff: { department: 'Văn thư', staff: 'Trần Thị B', mobile: undefined, email: undefined },
};
const STATUS: EdxmlStatus = {
  kind: 'status',
  from: { organId: 'H17' as AgencyCode, organName: 'UBND tỉnh Sông Lam' },
  responseFor: {
    organId: 'G22' as AgencyCode,
    documentId: 'G22,2020/10/30,7816/VPCP-TTĐT',
    code: '7816/VPCP-TTĐT',
    promulgationDate: '2020-10-30' as CalendarDate,
  },
  staff: { department: undefined, staff: 'Trần Thị B', mobile: undefined, email: undefined },
  statusCode: '02',
  description: 'Nhầm nơi nhận',
  timestamp: new Date('2020-10-30T03:00:00Z'),
};

const attached = (content: Buffer, name = 'công văn.pdf'): OutgoingAttachment => ({
  contentId: 'cong-van',
  name,
  contentType: 'application/pdf',
  open: () => chunks(content, 100),
});
const ATTACHMENTS = [attached(PDF)];

async function written(message: EdxmlDocument | EdxmlStatus, options: WriteOptions = {}): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of writeEdxml(message, options)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const signerOf = (key: IssuedKey, algorithm: EnvelopeSigner['algorithm']): EnvelopeSigner => ({
  algorithm,
  certificate: key.certificate.der,
  sign: (bytes) => sign('sha256', bytes, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }),
});
const ECDSA = signerOf(ecdsaKey, 'ecdsa-sha256');
const RSA = signerOf(rsaKey, 'rsa-sha256');

describe('a written document message', () => {
  it('is read back as it was, with nothing to warn of', async () => {
    const reading = await read(await written(DOCUMENT, { attachments: ATTACHMENTS, signer: ECDSA }));
    expect(reading.errors).toEqual([]);
    expect(reading.warnings).toEqual([]);
    expect(reading.message).toEqual(DOCUMENT);
    expect(reading.attachments).toMatchObject([
      { contentId: 'cong-van', name: 'công văn.pdf', sha256: createHash('sha256').update(PDF).digest('hex') },
    ]);
  });

  it.each<EdxmlDocument['business']>([
    { type: 'recall', documentId: DOCUMENT.documentId },
    {
      type: 'update',
      documentId: 'G22,2020/10/01,1/A',
      content: false,
      receivers: [
        { organId: 'H29' as AgencyCode, change: 'added' },
        { organId: 'H17' as AgencyCode, change: 'removed' },
      ],
    },
    { type: 'update', documentId: 'G22,2020/10/01,1/A', content: true, receivers: [] },
    {
      type: 'replace',
      replaced: [
        { documentId: 'A', organIds: [] },
        { documentId: 'B', organIds: ['H17' as AgencyCode] },
      ],
    },
  ])('of business %j is read back', async (business) => {
    const reading = await read(await written({ ...DOCUMENT, responseFor: [], business }, { attachments: ATTACHMENTS }));
    expect(reading.message).toEqual({ ...DOCUMENT, responseFor: [], business });
  });

  it('is the same bytes each time, whatever the order its fields were set in', async () => {
    const reversed = Object.fromEntries(Object.entries(DOCUMENT).reverse()) as unknown as EdxmlDocument;
    expect(await written(reversed, { attachments: ATTACHMENTS })).toBe(
      await written(DOCUMENT, { attachments: ATTACHMENTS }),
    );
  });

  it('has the standard’s order, prefixes and date forms', async () => {
    const text = await written(DOCUMENT, { attachments: ATTACHMENTS });
    expect(text).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<edXML xmlns="[^"]+" xmlns:edXML="[^"]+"><edXML:edXMLEnvelope>/,
    );
    expect(text).toContain('<edXML:PromulgationDate>2020/10/30</edXML:PromulgationDate>');
    expect(text).toContain('<Timestamp>2020/10/30 09:15:00</Timestamp>');
    expect(text).toContain('V/v "kết nối" &lt;A &amp; B&gt;');
    const order = [
      ...text.matchAll(/<edXML:(From|To|DocumentId|Code|PromulgationInfo|Subject|OtherInfo|SteeringType)>/g),
    ];
    expect(order.map(([, name]) => name)).toEqual(
      'From To To DocumentId Code PromulgationInfo Subject OtherInfo Code DocumentId SteeringType'.split(' '),
    );
  });

  it('never goes out longer than the standard allows, nor with what no XML may hold', async () => {
    const long = { ...DOCUMENT, subject: `\u0000\uD800${'Ề'.repeat(501)}` };
    const reading = await read(await written(long, { attachments: ATTACHMENTS, signer: ECDSA }));
    expect(reading.warnings).toEqual([]);
    expect(reading.message).toMatchObject({ subject: `${'Ề'.repeat(499)}…` });
  });

  it('holds attachments of any length', async () => {
    for (const length of [1, 2, 3, 99, 100, 101, 100_000]) {
      const content = randomBytes(length);
      const reading = await read(await written(DOCUMENT, { attachments: [attached(content, 'a.bin')] }));
      expect(reading.attachments[0]?.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    }
  });
});

it('a written status message is read back as it was, signed or not', async () => {
  expect((await read(await written(STATUS))).message).toEqual(STATUS);
  const signed = await read(await written(STATUS, { signer: RSA }));
  expect(signed.warnings).toEqual([]);
  expect(signed.message).toEqual(STATUS);
});

describe('a written signature', () => {
  it.each([
    ['ECDSA P-256', ECDSA, ecdsaKey],
    ['RSA-2048', RSA, rsaKey],
  ])('by %s is intact, and another’s code says so too', async (_, signer, key) => {
    const text = await written(DOCUMENT, { attachments: ATTACHMENTS, signer });
    expect((await read(text)).signature).toEqual({
      kind: 'intact',
      algorithm: signer.algorithm,
      certificate: key.certificate.der,
      covers: 'message',
    });
    expect(independentlyVerified(text, key)).toBe(true);
    expect(independentlyVerified(text.replace('Nguyễn Văn A', 'Nguyễn Văn B'), key)).toBe(false);
  });

  it.each([
    ['a field', 'Nguyễn Văn A', 'Nguyễn Văn B'],
    ['an attachment', 'JVBERi0xLjc', 'JVBERi0xLjg'],
    [
      'an addressee put in',
      '<edXML:DocumentId>',
      '<edXML:To><edXML:OrganId>H29</edXML:OrganId></edXML:To><edXML:DocumentId>',
    ],
    ['white space put in', '</AttachmentEncoded>', '\n</AttachmentEncoded>'],
    ['an instruction put behind', '</edXML>', '</edXML><?x y?>'],
    ['its own algorithm', 'ecdsa-sha256', 'ecdsa-sha384'],
  ])('breaks by %s', async (_, from, to) => {
    const text = await written(DOCUMENT, { attachments: ATTACHMENTS, signer: ECDSA });
    const reading = await read(text.replace(from, to));
    expect(reading.signature.kind).toBe('broken');
    expect(codes(reading.warnings)).toContain('signature.broken');
  });

  it('holds when only what XML does not count is changed', async () => {
    const text = await written(DOCUMENT, { attachments: ATTACHMENTS, signer: ECDSA });
    const rewritten = text
      .replace('<edXML xmlns="', "<edXML  xmlns:unused='urn:x' xmlns=\"")
      .replace('version="1.0">', "version = '1.0' >")
      .replace('<edXML:Subject>', '<!-- a comment --><edXML:Subject>')
      .replace('Hà Nội', '<![CDATA[Hà]]> N&#x1ED9;i')
      .replaceAll('\n', '\r\n');
    expect((await read(rewritten)).signature).toMatchObject({ kind: 'intact' });
  });

  it('covers a large message that streams by', async () => {
    const content = randomBytes(3_000_000);
    const options = { attachments: [attached(content, 'a.bin')], signer: ECDSA };
    const reading = await readEdxml(writeEdxml(DOCUMENT, options), { now: TODAY });
    expect(reading.signature.kind).toBe('intact');
  });
});

/** xml-crypto over the whole text; it knows RSA, and is lent ECDSA. */
function independentlyVerified(text: string, key: IssuedKey): boolean {
  const signature = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagName('Signature')[0];
  if (!signature) throw new Error('no signature');
  const verifier = new SignedXml({ publicCert: createPublicKey(key.privateKey), getCertFromKeyInfo: () => null });
  verifier.SignatureAlgorithms['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'] = Ecdsa;
  verifier.loadSignature(signature);
  try {
    return verifier.checkSignature(text);
  } catch {
    return false;
  }
}

class Ecdsa {
  getAlgorithmName = () => 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
  getSignature = () => {
    throw new Error('only verifies');
  };
  verifySignature = (material: string, key: KeyObject | string, value: string) =>
    verify(
      'sha256',
      Buffer.from(material),
      { key: key as string, dsaEncoding: 'ieee-p1363' },
      Buffer.from(value, 'base64'),
    );
}
