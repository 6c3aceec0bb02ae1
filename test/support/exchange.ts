import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Evidence, verifyReceipt } from '@axis/evidence';
import { Certificate } from '@axis/pki';
import type { Delivery, InboxItem, SentDocument } from '../../apps/axis/src/demo/dms';
import { eventually } from '../../libs/messaging/src/testing/kit';
import { type Description, letter, signedPdf } from './letter';
import type { Answer } from './rest';
import { type Joined, TestAxis } from './test-axis';

/** A delivery with all that the life of a document adds to it. */
export interface LivingDelivery extends Delivery {
  readonly recall: string;
  readonly amendment: string;
  readonly supersededBy: string | null;
  readonly forwardedFrom: string | null;
  readonly sender: { readonly code: string };
  readonly note: string | null;
  readonly reason: string | null;
}

/** Agencies that exchange documents over a whole axis, each by a system of its own. */
export class Exchange {
  private readonly joined = new Map<string, Joined>();

  private constructor(
    readonly axis: TestAxis,
    private readonly pdf: Buffer,
  ) {}

  /** @param codes agencies that join; the first one's person signs every document */
  static async start(codes: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Exchange> {
    const axis = await TestAxis.start(env);
    const exchange = new Exchange(axis, await signedPdf(axis.ground.config.keys.dir));
    for (const code of codes) exchange.joined.set(code, await axis.join(code));
    return exchange;
  }

  agency(code: string): Joined {
    const joined = this.joined.get(code);
    if (!joined) throw new Error(`${code} has not joined`);
    return joined;
  }

  /** Sends a letter, and waits until its signatures are judged; whatever the answer. */
  submit(from: string, differences: Description): Promise<Answer> {
    const files = [{ name: 'văn bản.pdf', bytes: this.pdf }];
    return this.agency(from).rest.submit(letter({ from, ...differences }), files, { prefer: 'wait=30' });
  }

  /** Sends a letter and waits until it is with everyone. @returns the document */
  async send(from: string, differences: Description): Promise<SentDocument & { readonly reference: string }> {
    const { status, body } = await this.submit(from, differences);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    const document = body as SentDocument & { readonly reference: string };
    await eventually(async () => {
      const deliveries = await this.deliveries(from, document.id);
      expect(deliveries.length).toBeGreaterThan(0);
      expect(deliveries.filter(({ state }) => state === 'routed')).toEqual([]);
    });
    return document;
  }

  async deliveries(from: string, documentId: string): Promise<readonly LivingDelivery[]> {
    return (await this.agency(from).dms.deliveries(documentId)) as readonly LivingDelivery[];
  }

  /** A document's delivery to an agency, as its sender sees it. */
  async delivery(from: string, documentId: string, to: string): Promise<LivingDelivery> {
    const found = (await this.deliveries(from, documentId)).find(({ agency }) => agency.code === to);
    if (!found) throw new Error(`${documentId} has no delivery to ${to}`);
    return found;
  }

  /** What waits for an agency, of one document; undefined where it does not wait. */
  async waiting(code: string, documentId: string): Promise<InboxItem | undefined> {
    return (await this.agency(code).dms.inbox(0)).find(({ document }) => document.id === documentId);
  }

  /** The receiver reads the document and acknowledges it. @returns its delivery's id */
  async take(code: string, documentId: string): Promise<string> {
    const { dms } = this.agency(code);
    const item = await this.waiting(code, documentId);
    const [file] = item?.files ?? [];
    if (!item || !file) throw new Error(`${documentId} does not wait for ${code}`);
    await dms.fetchFile(file);
    await dms.acknowledge(item.deliveryId, file.sha256);
    return item.deliveryId;
  }

  /** What the receipts of a document tell, each verified; of the deliveries to one agency, and of the document itself. */
  async evidence(from: string, documentId: string, to?: string): Promise<readonly Evidence[]> {
    const trust = join(this.axis.ground.config.keys.dir, 'evidence-trust.pem');
    const anchors = Certificate.listFromPem(await readFile(trust, 'utf8'));
    const receipts = await this.agency(from).dms.receipts(documentId);
    const evidence = receipts.map(({ jws }) => {
      const verdict = verifyReceipt(jws, anchors);
      if (!verdict.ok) throw new Error(`a receipt does not verify: ${verdict.detail}`);
      return verdict.evidence;
    });
    return evidence.filter(({ delivery }) => to === undefined || !delivery || delivery.agency === to);
  }

  /** Waits until there is evidence of these kinds, in any number, for the delivery to an agency. */
  async proven(from: string, documentId: string, to: string, ...kinds: readonly string[]): Promise<void> {
    await eventually(async () => {
      const found = (await this.evidence(from, documentId, to)).map(({ kind }) => kind);
      expect(found).toEqual(expect.arrayContaining([...kinds]));
    });
  }

  post(code: string, path: string, body: unknown): Promise<Answer> {
    return this.agency(code).rest.post(path, body);
  }

  get(code: string, path: string): Promise<Answer> {
    return this.agency(code).rest.get(path);
  }

  stop(): Promise<void> {
    return this.axis.stop();
  }
}

/** The stable code of a problem that was answered. */
export const problemOf = ({ status, body }: Answer): string => `${status} ${(body as { code: string }).code}`;
