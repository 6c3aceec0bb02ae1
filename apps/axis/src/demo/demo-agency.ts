import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AgencyCode, vietnamDate, vietnamStamp } from '@axis/edoc';
import { signPdf, validatePdf } from '@axis/pades';
import { openPkcs12 } from '@axis/pki';
import { Directory, SecretBox, SystemStore } from '@axis/storage';
import { KeyRing } from '../../../signer/src/key-ring';
import type { Axis } from '../environment/run-axis';
import type { SampleAgency } from '../environment/sample-keys';
import { Dms, type InboxItem, type SentDocument } from './dms';
import { officialDocument, type OfficialDocument } from './official-document';

/** What an agency writes; who signs it, and its number and date, follow. */
export interface Letter extends Pick<OfficialDocument, 'place' | 'subject' | 'body' | 'authority' | 'recipients'> {
  readonly notation: string;
  /** Codes of the addressees, and as the document calls them. */
  readonly to: readonly string[];
  readonly addressees: readonly string[];
  /** The documents it answers. */
  readonly respondsTo?: readonly string[];
}

const WITHIN_MS = 30_000;

/** An agency of the demo, at work through its document system. */
export class DemoAgency {
  private constructor(
    private readonly axis: Axis,
    readonly code: string,
    readonly dms: Dms,
  ) {}

  static async join(axis: Axis, code: string): Promise<DemoAgency> {
    const { app, url } = axis;
    const directory = app.get(Directory, { strict: false });
    const found = (await directory.resolve([code as AgencyCode])).get(code as AgencyCode);
    if (found?.kind !== 'found')
      throw new Error(`The directory has no active agency ${code}: import deploy/sample/agencies.csv`);
    const clientId = `demo-${code.toLowerCase()}`;
    const name = `Phần mềm quản lý văn bản – ${found.agency.name}`;
    const secret = await app
      .get(SystemStore, { strict: false })
      .register({ clientId, name, agencyIds: [found.agency.id] }, app.get(SecretBox, { strict: false }));
    return new DemoAgency(axis, code, await Dms.signIn(url, clientId, secret));
  }

  /** Sets a letter as NĐ 30/2020 asks, has its person sign it, and sends it for the axis to seal. */
  async issue(agency: SampleAgency, letter: Letter): Promise<{ document: SentDocument; signed: Buffer }> {
    const { keys } = this.axis.environment.config;
    const now = new Date();
    const number = vietnamStamp(now).slice(11).replaceAll(':', '');
    const { notation, subject, to, respondsTo } = letter;
    const { person, position } = agency;
    const draft = await officialDocument({
      ...letter,
      agency: agency.name,
      number,
      date: now,
      position,
      signer: person,
    });
    const signed = await signPdf(draft, {
      key: openPkcs12(await readFile(join(keys.dir, `sample/${agency.code}.p12`)), keys.password),
      signingTime: now,
      reason: 'Ký ban hành',
      look: {
        kind: 'person',
        image: await readFile(join(keys.dir, `sample/${agency.code}.png`)),
        place: { anchor: person, side: 'above', distance: 8 },
      },
    });
    const document = await this.dms.send(
      {
        from: this.code,
        to,
        number,
        notation,
        kind: 'cong-van',
        subject,
        promulgatedOn: vietnamDate(now),
        signer: { fullName: person, position },
        respondsTo,
        seal: true,
        files: [{ name: `${number}-${notation}.pdf`, sha256: sha256(signed) }],
      },
      [{ name: 'document.pdf', bytes: signed }],
    );
    if (document.rejection) throw new Error(`The axis rejected the document: ${document.rejection.messages.vi}`);
    return { document, signed };
  }

  /** Fetches what came, checks it as QĐ 28/2018 Đ9 demands before anything is accepted, and acknowledges it. */
  async take(documentId: string): Promise<{ readonly item: InboxItem; readonly pdf: Buffer }> {
    const item = await this.waitFor(documentId);
    const [file] = item.files;
    if (!file) throw new Error('a delivery has its main PDF');
    const pdf = await this.dms.fetchFile(file);
    const { validation } = await KeyRing.open(this.axis.environment.config);
    const { indication } = await validatePdf(pdf, validation);
    if (sha256(pdf) !== file.sha256 || indication !== 'TOTAL-PASSED') throw new Error(`${this.code} got ${indication}`);
    await this.dms.acknowledge(item.deliveryId, file.sha256);
    return { item, pdf };
  }

  async waitFor(documentId: string): Promise<InboxItem> {
    return until(`document ${documentId} at ${this.code}`, async () =>
      (await this.dms.inbox(5)).find(({ document }) => document.id === documentId),
    );
  }
}

/** Asks again and again until there is an answer. @throws Error after 30 s */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + WITHIN_MS; Date.now() < end;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(50);
  }
  throw new Error(`there was no ${what} within 30 seconds`);
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
