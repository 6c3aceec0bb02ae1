import { vietnamDate } from '@axis/edoc';
import { type EdxmlMessage, type EdxmlReading, readEdxml } from '@axis/edxml';
import {
  attachment,
  chunks,
  documentMessage,
  type MessageParts,
  organ,
  statusMessage,
} from '../../libs/edxml/src/testing/messages';
import { eventually } from '../../libs/messaging/src/testing/kit';
import { Exchange } from './exchange';
import { signedPdf } from './letter';
import type { Joined, TestAxis } from './test-axis';
import { type ReceivedEntry, type VxpAnswer, VxpClient } from './vxp-client';

/** An agency whose document system speaks both by VXP and by REST. */
export interface Party extends Joined {
  readonly code: string;
  readonly vxp: VxpClient;
}

/** A message of today under a number of its own. */
export interface Written {
  readonly text: string;
  readonly number: string;
  /** Its DocumentId. */
  readonly reference: string;
}

/** Fields of a message that differ; `to` are codes. */
export interface Differences extends Omit<MessageParts, 'to' | 'from'> {
  readonly from?: string;
  readonly to?: readonly string[];
  readonly number?: string;
}

const field = (name: string, value: string): string => `<edXML:${name}>${value}</edXML:${name}>`;

let numbers = 5000;

/** Agencies over a whole axis, each by a document system of its own. */
export class VxpExchange {
  private readonly parties = new Map<string, Party>();

  private constructor(
    /** The same agencies by REST. */
    readonly rest: Exchange,
    /** Signed by the sample person. */
    readonly pdf: Buffer,
  ) {}

  static async start(codes: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<VxpExchange> {
    const rest = await Exchange.start(codes, env);
    const exchange = new VxpExchange(rest, await signedPdf(rest.axis.ground.config.keys.dir));
    for (const code of codes) exchange.add(code, rest.agency(code));
    return exchange;
  }

  get axis(): TestAxis {
    return this.rest.axis;
  }

  async join(code: string): Promise<Party> {
    return this.add(code, await this.axis.join(code));
  }

  agency(code: string): Party {
    const party = this.parties.get(code);
    if (!party) throw new Error(`${code} has not joined`);
    return party;
  }

  /** From G22 to H17.05 unless it says otherwise, with a signed PDF. */
  write({ from = 'G22', to = ['H17.05'], number = String(++numbers), ...parts }: Differences = {}): Written {
    const reference = `${from},${today()},${number}/VPCP-TTĐT`;
    const text = documentMessage({
      from: organ(from),
      to: to.map((code) => field('To', organ(code))).join('\n'),
      documentId: field('DocumentId', reference),
      code: field('Code', field('CodeNumber', number) + field('CodeNotation', 'VPCP-TTĐT')),
      promulgation: field('PromulgationInfo', field('Place', 'Hà Nội') + field('PromulgationDate', today())),
      attachments: attachment('cong-van', 'công văn.pdf', this.pdf),
      ...parts,
    });
    return { text, number, reference };
  }

  /** Sends a message as it is, signed for `from`. */
  send(text: string | Buffer, from = 'G22', to: readonly string[] = ['H17.05']): Promise<VxpAnswer> {
    return this.agency(from).vxp.sendEdoc(text, { from, to: JSON.stringify(to) });
  }

  /** Sends a message that must be taken. @returns its DocId */
  async sent(written: Pick<Written, 'text'>, from = 'G22', to?: readonly string[]): Promise<string> {
    const answer = await this.send(written.text, from, to);
    if (answer.ErrorCode !== '0' || answer.DocId === undefined) throw new Error(JSON.stringify(answer));
    return answer.DocId;
  }

  /** A status of `from` about a document of `about`. */
  async status(
    from: string,
    { reference, about = 'G22' }: { readonly reference: string; readonly about?: string },
    code: string,
    more = '',
  ): Promise<VxpAnswer> {
    const fields =
      field('ResponseFor', field('OrganId', about) + field('DocumentId', reference)) + field('StatusCode', code) + more;
    return this.agency(from).vxp.sendEdoc(statusMessage(fields, organ(from)), {
      from,
      to: JSON.stringify([about]),
      messagetype: 'status',
    });
  }

  /** Waits until exactly so many messages wait for an agency. */
  async waiting(code: string, type: 'edoc' | 'status', count: number): Promise<readonly ReceivedEntry[]> {
    let entries: readonly ReceivedEntry[] = [];
    await eventually(async () => {
      entries = (await this.agency(code).vxp.received(type)).filter(({ to }) => to === code);
      expect(entries).toHaveLength(count);
    });
    return entries;
  }

  /** Fetches the one message that waits, and acknowledges it. */
  async fetch(code: string, type: 'edoc' | 'status'): Promise<EdxmlReading & { readonly message: EdxmlMessage }> {
    const [entry] = await this.waiting(code, type, 1);
    const docId = entry?.docId ?? '';
    const { vxp } = this.agency(code);
    const reading = await readSound(await vxp.getEdoc(docId));
    expect(await vxp.updateStatus(docId, 'done')).toMatchObject({ status: 'OK', ErrorCode: '0' });
    return reading;
  }

  /** Acknowledges whatever still waits for anybody. */
  async empty(): Promise<void> {
    for (const { vxp } of new Set(this.parties.values())) {
      for (const type of ['edoc', 'status'] as const) {
        for (const { docId } of await vxp.received(type)) await vxp.updateStatus(docId, 'done');
      }
    }
  }

  stop(): Promise<void> {
    return this.rest.stop();
  }

  private add(code: string, joined: Joined): Party {
    const party = { ...joined, code, vxp: new VxpClient(this.axis.url, joined.clientId, joined.secret) };
    this.parties.set(code, party);
    return party;
  }
}

/** @throws when it is no message to be accepted */
export async function readSound(message: Buffer): Promise<EdxmlReading & { readonly message: EdxmlMessage }> {
  const reading = await readEdxml(chunks(message));
  if (!reading.message) throw new Error(JSON.stringify(reading.errors));
  return { ...reading, message: reading.message };
}

export const today = (): string => vietnamDate(new Date()).replaceAll('-', '/');
