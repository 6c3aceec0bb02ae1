import { crc32, deflateRawSync } from 'node:zlib';
import type { EdxmlDocument } from '../message/message';
import { readEdxml, type EdxmlReading, type ReadOptions } from '../read';

export const UUID = '7d2c0f0a-38d5-4c0e-9c1b-8f3c4e0b7a11';

const NAMESPACE = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';

/** A small PDF with bytes beyond ASCII. */
export const PDF = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n', 'latin1');

/** The fields of a document message as a client writes them; each may be replaced. */
export interface MessageParts {
  readonly from?: string;
  readonly to?: string;
  readonly documentId?: string;
  readonly code?: string;
  readonly promulgation?: string;
  readonly subject?: string;
  readonly more?: string;
  readonly business?: string;
  readonly signature?: string;
  readonly manifest?: string;
  readonly attachments?: string;
}

export const organ = (code: string, name = `Cơ quan ${code}`): string =>
  `<edXML:OrganId>${code}</edXML:OrganId><edXML:OrganName>${name}</edXML:OrganName>`;

/** A message as clients of the axis send it: prefix and default namespace, indented, no signature. */
export function documentMessage(parts: MessageParts = {}): string {
  const { from = organ('G22'), to = `<edXML:To>${organ('H17')}</edXML:To>` } = parts;
  return `<?xml version="1.0" encoding="utf-8"?>
<edXML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="${NAMESPACE}">
  <edXML:edXMLEnvelope xmlns:edXML="${NAMESPACE}">
    <edXML:edXMLHeader>
      <edXML:MessageHeader>
        <edXML:From>${from}</edXML:From>
        ${to}
        ${parts.documentId ?? '<edXML:DocumentId>G22,2020/10/30,7816/VPCP-TTĐT</edXML:DocumentId>'}
        ${parts.code ?? '<edXML:Code><edXML:CodeNumber>7816</edXML:CodeNumber><edXML:CodeNotation>VPCP-TTĐT</edXML:CodeNotation></edXML:Code>'}
        ${parts.promulgation ?? '<edXML:PromulgationInfo><edXML:Place>Hà Nội</edXML:Place><edXML:PromulgationDate>2020/10/30</edXML:PromulgationDate></edXML:PromulgationInfo>'}
        ${parts.subject ?? '<edXML:Subject>V/v kết nối, liên thông văn bản điện tử</edXML:Subject>'}
        ${parts.more ?? ''}
      </edXML:MessageHeader>
      <edXML:TraceHeaderList>
        <edXML:TraceHeader><OrganId>G22</OrganId><Timestamp>2020/10/30 09:15:00</Timestamp></edXML:TraceHeader>
        ${parts.business ?? '<edXML:Bussiness><BussinessDocType>0</BussinessDocType></edXML:Bussiness>'}
      </edXML:TraceHeaderList>
      ${parts.signature ?? ''}
    </edXML:edXMLHeader>
    <edXML:edXMLBody>
      <edXML:edXMLManifest version="1.0">${parts.manifest ?? reference('cong-van')}</edXML:edXMLManifest>
    </edXML:edXMLBody>
  </edXML:edXMLEnvelope>
  <AttachmentEncoded xmlns:edXML="${NAMESPACE}">${parts.attachments ?? attachment('cong-van', 'công văn.pdf', PDF)}</AttachmentEncoded>
</edXML>`;
}

export const reference = (id: string): string =>
  `<edXML:Reference><ContentId>cid:${id}</ContentId><ContentType>application/pdf</ContentType></edXML:Reference>`;

export function attachment(id: string, name: string, content: Buffer | string, type = 'application/pdf'): string {
  const encoded = typeof content === 'string' ? content : lines(content.toString('base64'));
  return `<Attachment><ContentId>cid:${id}</ContentId><AttachmentName>${name}</AttachmentName><ContentType>${type}</ContentType>
      <edXML:ContentTransferEncoded>${encoded}</edXML:ContentTransferEncoded></Attachment>`;
}

export function statusMessage(fields: string, from = organ('H17')): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="${NAMESPACE}"><edXML:edXMLEnvelope xmlns:edXML="${NAMESPACE}"><edXML:edXMLHeader><edXML:MessageHeader>
<edXML:From>${from}</edXML:From>
${fields}
</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>`;
}

export const RESPONSE_FOR =
  '<edXML:ResponseFor><edXML:OrganId>G22</edXML:OrganId><edXML:Code>7816/VPCP-TTĐT</edXML:Code>' +
  '<edXML:PromulgationDate>2020/10/30</edXML:PromulgationDate>' +
  '<edXML:DocumentId>G22,2020/10/30,7816/VPCP-TTĐT</edXML:DocumentId></edXML:ResponseFor>';

/** Base64 lines of 76 characters, as MIME writers make them. */
function lines(base64: string): string {
  return base64.replace(/.{76}/g, '$&\r\n');
}

/** A ZIP (APPNOTE.TXT) of the given files; `streamed` as written to where one cannot go back, sizes after the data. */
export function zip(files: Readonly<Record<string, Buffer>>, { streamed = false, stored = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = stored ? content : deflateRawSync(content);
    const rest = Buffer.alloc(26);
    rest.writeUInt16LE(20, 0);
    rest.writeUInt16LE(streamed ? 8 : 0, 2);
    rest.writeUInt16LE(stored ? 0 : 8, 4);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(content), 0);
    sizes.writeUInt32LE(data.length, 4);
    sizes.writeUInt32LE(content.length, 8);
    if (!streamed) sizes.copy(rest, 10);
    rest.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = [Buffer.from('PK\x03\x04'), rest, Buffer.from(name), data];
    if (streamed) local.push(Buffer.from('PK\x07\x08'), sizes);
    sizes.copy(rest, 10);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(20, 4);
    rest.copy(entry, 6, 0, 24);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    locals.push(...local);
    offset += Buffer.concat(local).length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

/** The day the messages above are read. */
export const TODAY = new Date('2020-10-31T03:00:00Z');

export function read(message: string | Buffer, options: ReadOptions = {}): Promise<EdxmlReading> {
  return readEdxml(chunks(Buffer.from(message as string)), { now: TODAY, ...options });
}

export async function* chunks(bytes: Buffer, length = bytes.length): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += length)
    yield await Promise.resolve(bytes.subarray(from, from + length));
}

/** What every message of these tests is warned of: none is signed. */
export const QUIET = ['signature.missing'];

export async function accepted(message: string): Promise<EdxmlReading> {
  const reading = await read(message);
  if (!reading.message) throw new Error(`refused: ${JSON.stringify(reading.errors)}`);
  return reading;
}

export async function documentOf(message: string): Promise<EdxmlDocument> {
  const { message: document } = await accepted(message);
  if (document?.kind !== 'document') throw new Error('expected a document');
  return document;
}

export const codes = (findings: readonly { readonly code: string }[]): string[] => findings.map(({ code }) => code);
