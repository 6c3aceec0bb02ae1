import { Controller, Inject } from '@nestjs/common';
import { type AgencyId, type DocumentId, type EventData, monthOf } from '@axis/edoc';
import { Consume, type Incoming } from '@axis/messaging';
import { CONFIG, type Config } from '@axis/platform';
import {
  ContentStore,
  Directory,
  DocumentStore,
  type NewEvent,
  Notifications,
  Outbox,
  SealStore,
  type SignerRole,
  type StoredDocument,
} from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { type Examined, examineDocument } from './examine-document';
import { KeyRing } from './key-ring';
import { SealDocument } from './seal-document';

/** PDFs held in memory at once; a larger one is examined alone. */
const BYTES_AT_ONCE = 32 * 1024 ** 2;

/** Judges each submitted document by its signatures. What passes goes on to be routed, what does not is the sender's to mend. */
@Controller()
export class VerifyDocuments {
  constructor(
    private readonly database: DataSource,
    private readonly documents: DocumentStore,
    private readonly contents: ContentStore,
    private readonly outbox: Outbox,
    private readonly notifications: Notifications,
    private readonly directory: Directory,
    private readonly keys: KeyRing,
    private readonly sealing: SealDocument,
    private readonly seals: SealStore,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Consume('signer.document-submitted')
  async verify(messages: readonly Incoming<EventData<'document.submitted'>>[]): Promise<void> {
    const loaded = await this.documents.load(messages.map(({ event }) => event.data.documentId));
    const waiting = loaded.filter(({ document }) => document.state === 'submitted');
    for (const some of bySize(waiting)) await this.verifySome(some);
  }

  private async verifySome(stored: readonly StoredDocument[]): Promise<void> {
    const pdfs = await this.contents.readMany(
      stored.map(({ document, files }) => ({
        month: monthOf(document.id as DocumentId),
        sha256: mainOf(files).sha256,
      })),
    );
    const signers = await this.directory.signersOf(stored.map(({ document }) => document.fromAgencyId as AgencyId));
    // Side by side: each may have to wait for a revocation list or a timestamp from far away.
    const examined = await Promise.all(
      stored.flatMap((one, index) => {
        const pdf = pdfs[index];
        const own = signers.get(one.document.fromAgencyId as AgencyId) ?? new Map<string, SignerRole>();
        const judgement = { keys: this.keys, sealing: this.sealing, policy: this.config.signaturePolicy, signers: own };
        return pdf ? [examineDocument(one, pdf, judgement)] : [];
      }),
    );
    await this.database.transaction(async (manager) => {
      for (const { verdict, sealedPdf } of examined) {
        if (sealedPdf) await this.contents.put(manager, monthOf(verdict.documentId), [sealedPdf]);
      }
      const verdicts = examined.map(({ verdict }) => verdict);
      const changed = await this.documents.judge(manager, verdicts, new Date());
      const short = examined.filter(({ shortfall }) => shortfall).map(({ verdict }) => verdict.documentId);
      await this.seals.markShort(manager, short);
      await this.outbox.add(manager, verdicts.filter(({ documentId }) => changed.has(documentId)).map(judged));
      this.notifications.notify(manager, 'documents', verdicts.map(({ documentId }) => documentId).join());
    });
    for (const { verdict, shortfall } of examined) {
      const { documentId, rejection } = verdict;
      if (shortfall) this.log.warn({ documentId, ...shortfall }, 'seal falls short of its level; to be raised');
      if (rejection) this.log.warn({ documentId, code: rejection.code }, 'document rejected');
      else this.log.info({ documentId, signatures: verdict.signatures.length }, 'document verified');
    }
  }
}

function* bySize(documents: readonly StoredDocument[]): Generator<StoredDocument[]> {
  let some: StoredDocument[] = [];
  let bytes = 0;
  for (const one of documents) {
    const size = Number(mainOf(one.files).size);
    if (some.length > 0 && bytes + size > BYTES_AT_ONCE) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(one);
    bytes += size;
  }
  if (some.length > 0) yield some;
}

function mainOf(files: StoredDocument['files']): StoredDocument['files'][number] {
  const [main] = files;
  if (!main) throw new Error('a document without its main PDF was accepted');
  return main;
}

function judged({ documentId, rejection }: Examined['verdict']): NewEvent {
  return rejection
    ? { type: 'document.rejected', source: 'signer', subject: documentId, data: { documentId, code: rejection.code } }
    : { type: 'document.verified', source: 'signer', subject: documentId, data: { documentId } };
}
