import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { vietnamDate } from '@axis/edoc';
import { signPdf } from '@axis/pades';
import { openPkcs12, type SigningKey } from '@axis/pki';
import { draftPdf } from '../draft-pdf';
import { serve } from '../worker';
import { type Accepted, type Load, now, sendAll, type Sent } from './load';

/** What the senders are asked, in this order; `prepare` and `send` any number of times. */
export type SenderQuestion =
  | {
      readonly ask: 'join';
      readonly axis: string;
      readonly clientId: string;
      readonly secret: string;
      /** PKCS#12 files of the person who signs and of the agency's seal. */
      readonly keys: readonly string[];
      readonly password: string;
      readonly from: string;
    }
  /** Signs what is still missing of so many documents of a size, before the clock starts. */
  | { readonly ask: 'prepare'; readonly bytes: number; readonly documents: number; readonly to: readonly string[] }
  | { readonly ask: 'send'; readonly load: Load };

const BOUNDARY = 'van-ban-dien-tu';

/** A document system in a process of its own: what it sends is ready before the clock starts, so it costs little CPU. */
class Senders {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly ready = new Map<number, Buffer[]>();
  private serial = 0;

  private constructor(
    private readonly url: URL,
    private readonly token: string,
    private readonly from: string,
    /** In the order of signing: NĐ 30/2020 Điều 32-33. */
    private readonly keys: readonly SigningKey[],
  ) {}

  static async join(question: SenderQuestion & { ask: 'join' }): Promise<Senders> {
    const { axis, clientId, secret, keys, password, from } = question;
    const response = await fetch(`${axis}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    const opened = await Promise.all(keys.map(async (path) => openPkcs12(await readFile(path), password)));
    return new Senders(new URL('/v1/documents', axis), access_token, from, opened);
  }

  async prepare({ bytes, documents, to }: SenderQuestion & { ask: 'prepare' }): Promise<void> {
    const ready = this.ready.get(bytes) ?? [];
    this.ready.set(bytes, ready);
    const draft = await draftPdf(bytes, 2);
    const signingTime = new Date();
    while (ready.length < documents) {
      this.serial += 1;
      let pdf = draft.copy(this.serial);
      for (const key of this.keys) pdf = await signPdf(pdf, { key, signingTime });
      ready.push(this.body(pdf, to));
    }
  }

  send(load: Load): Promise<Sent> {
    const ready = this.ready.get(load.bytes) ?? [];
    return sendAll(load, () => {
      const body = ready.pop();
      if (!body) throw new Error(`too few documents of ${load.bytes} bytes were prepared`);
      return this.post(body);
    });
  }

  private body(pdf: Buffer, to: readonly string[]): Buffer {
    const description = {
      from: this.from,
      to,
      number: String(this.serial),
      notation: 'VPCP-CĐS',
      kind: 'cong-van',
      subject: `Đo thông lượng của trục, văn bản thứ ${this.serial}`,
      promulgatedOn: vietnamDate(new Date()),
      files: [{ name: `${this.serial}.pdf` }],
    };
    const open = (name: string, type: string) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name=${name}\r\ncontent-type: ${type}\r\n\r\n`;
    return Buffer.concat([
      Buffer.from(`${open('"document"', 'application/json')}${JSON.stringify(description)}\r\n`),
      Buffer.from(open('"file"; filename="van-ban.pdf"', 'application/pdf')),
      pdf,
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ]);
  }

  private post(body: Buffer): Promise<Accepted> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': body.length,
    };
    return new Promise((resolve, reject) => {
      const sentAt = now();
      const sending = request(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        const acceptedAt = now();
        const documentId = response.headers.location?.split('/').at(-1) ?? '';
        const answer: Buffer[] = [];
        response.on('data', (piece: Buffer) => answer.push(piece));
        response.on('end', () => {
          if (response.statusCode === 202) resolve({ documentId, sentAt, acceptedAt });
          else
            reject(new Error(`the axis answered ${String(response.statusCode)}: ${Buffer.concat(answer).toString()}`));
        });
      });
      sending.on('error', reject);
      sending.end(body);
    });
  }
}

let joined: Senders | undefined;

async function answer(question: SenderQuestion): Promise<unknown> {
  if (question.ask === 'join') {
    joined = await Senders.join(question);
    return undefined;
  }
  if (!joined) throw new Error('join first');
  return question.ask === 'prepare' ? joined.prepare(question) : joined.send(question.load);
}

serve((question) => answer(question as SenderQuestion));
