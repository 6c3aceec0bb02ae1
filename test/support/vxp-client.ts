import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** What every answer of the protocol holds, and what some hold beside. */
export interface VxpAnswer {
  readonly status: string;
  readonly ErrorCode: string;
  readonly ErrorDesc: string;
  readonly DocId?: string;
  readonly data?: unknown;
  readonly count?: number;
}

export interface ReceivedEntry {
  readonly docId: string;
  readonly serviceType: string;
  readonly messageType: string;
  readonly created_time: string;
  readonly updated_time: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly status_desc: string;
}

export interface SentEntry {
  readonly senderDocId: string;
  readonly receiverDocId: string;
  readonly fromCode: string;
  readonly toCode: string;
  readonly title: string;
  readonly notation: string;
  readonly sendStatus: string;
  readonly sendStatusDesc: string;
  readonly receiveStatus: string;
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

export type Headers = Readonly<Record<string, string>>;

/** What of a call differs from what the SDK would send. */
export interface Tampering {
  readonly method?: string;
  readonly timestamp?: string;
  /** Signs under another secret. */
  readonly secret?: string;
  /** Changes the headers after they were signed. */
  readonly wire?: (headers: Headers) => Headers;
  /** Sends this instead of the body. */
  readonly body?: Buffer;
}

const BOUNDARY = '----VxpSdkBoundary7MA4YWxkTrZu0gW';

/** A document system that speaks through the VXP SDK 2.0.x, as that is described. */
export class VxpClient {
  constructor(
    readonly url: string,
    readonly systemId: string,
    private readonly secret: string,
  ) {}

  /** The edXML goes as part `file_doc` of a multipart body that is called application/octet-stream. */
  sendEdoc(
    edxml: Buffer | string,
    { from, to, messagetype = 'edoc', ...more }: Headers & { readonly from: string; readonly to: string },
    tampering: Tampering = {},
  ): Promise<VxpAnswer> {
    const file = Buffer.from(edxml as string);
    const headers = { from, to, servicetype: 'eDoc', messagetype, 'hash-file': hashAsTheSdk(file), ...more };
    return this.call('/sendEdoc', headers, tampering.body ?? multipart(file), tampering, 'application/octet-stream');
  }

  /** As the SDK: an answer it cannot read is an empty list. */
  async received(messagetype: 'edoc' | 'status' = 'edoc'): Promise<readonly ReceivedEntry[]> {
    const { status, body } = await this.send('/getReceivedEdocList', { servicetype: 'eDoc', messagetype });
    try {
      return ((JSON.parse(body.toString()) as VxpAnswer).data as ReceivedEntry[] | undefined) ?? [];
    } catch {
      throw new Error(`a document would be lost: ${status} ${body.toString()}`);
    }
  }

  async sent(messagetype: 'edoc' | 'status' = 'edoc'): Promise<readonly SentEntry[]> {
    const { data } = await this.call('/getSentEdocList', { servicetype: 'eDoc', messagetype });
    return data as SentEntry[];
  }

  /** @returns the edXML */
  async getEdoc(docId: string): Promise<Buffer> {
    const { data, ErrorDesc } = await this.call('/getEdoc', { docId, filePath: 'D:\\vanban\\den.edxml' }, '{}');
    if (typeof data !== 'string') throw new Error(ErrorDesc);
    return Buffer.from(data, 'base64');
  }

  downloadEdoc(docId: string): Promise<RawAnswer> {
    return this.send('/downloadEdoc', { docId }, undefined, { method: 'GET' });
  }

  updateStatus(docId: string, status: string): Promise<VxpAnswer> {
    return this.call('/updateStatus', { docId, status }, '{}');
  }

  /** Every answer must be readable: texts in JSON, whatever went wrong. */
  async call(
    path: string,
    headers: Headers = {},
    body?: Buffer | string,
    tampering?: Tampering,
    contentType?: string,
  ): Promise<VxpAnswer> {
    return readAnswer(await this.send(path, headers, body, tampering, contentType));
  }

  /** The headers of a call, in the SDK's order: the caller's, then systemid, timestamp, Content-Type, version; then the signature. */
  signed(
    headers: Headers,
    { timestamp = stamp(new Date()), secret = this.secret }: Tampering,
    contentType: string,
  ): Headers {
    const all = { ...headers, systemid: this.systemId, timestamp, 'Content-Type': contentType, version: '2.0.1' };
    const prefixed = Object.fromEntries(Object.entries(all).map(([name, value]) => [`XroadVnpt-${name}`, value]));
    const json = JSON.stringify(prefixed);
    return {
      ...prefixed,
      'XroadVnpt-sign-header-key': Object.keys(prefixed).join(';'),
      'XroadVnpt-sign-header': json,
      'XroadVnpt-hash-header': createHmac('sha256', secret).update(json).digest('hex'),
    };
  }

  async send(
    path: string,
    headers: Headers = {},
    body?: Buffer | string,
    tampering: Tampering = {},
    contentType = typeof body === 'string' ? 'application/json' : 'application/x-www-form-urlencoded',
  ): Promise<RawAnswer> {
    const signed = this.signed(headers, tampering, contentType);
    const wire = tampering.wire?.(signed) ?? signed;
    const bytes = Object.entries(wire).map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const);
    const encoded: Headers = Object.fromEntries(bytes);
    const call = request(`${this.url}/vxp${path}`, {
      method: tampering.method ?? 'POST',
      headers: { ...encoded, 'Content-Type': contentType },
      agent: false,
    });
    call.end(body);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      body: Buffer.concat(pieces),
    };
  }
}

/** @throws when it is not what a client of the protocol can read */
export function readAnswer({ status, contentType, body }: RawAnswer): VxpAnswer {
  const text = body.toString();
  const answer = JSON.parse(text) as VxpAnswer;
  for (const name of ['status', 'ErrorCode', 'ErrorDesc'] as const) {
    if (typeof answer[name] !== 'string') throw new Error(`${status}: ${name} is no text in ${text.slice(0, 500)}`);
  }
  if (!contentType.startsWith('application/json')) throw new Error(`${status}: ${contentType} is not JSON`);
  return answer;
}

/** Each byte in hexadecimal without its leading zero. */
export function hashAsTheSdk(bytes: Buffer): string {
  return [...createHash('sha256').update(bytes).digest()].map((byte) => byte.toString(16)).join('');
}

/** `ddMMyyyy'T'HHmmss+SSSS` of a clock in Vietnam, the milliseconds in four digits. */
export function stamp(at: Date): string {
  const [date = '', time = ''] = new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, -1).split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const [clock = '', milliseconds = ''] = time.split('.');
  return `${day}${month}${year}T${clock.replaceAll(':', '')}+0${milliseconds}`;
}

export function multipart(file: Buffer, name = 'file_doc'): Buffer {
  const head =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="vanban.edxml"\r\n` +
    'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n';
  return Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}
