import { Controller, Inject } from '@nestjs/common';
import { type AgencyId, type DocumentId, type EventData, monthOf, problem } from '@axis/edoc';
import { Consume, type Incoming, roads } from '@axis/messaging';
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

const ROAD = roads['signer.document-submitted'];

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
    for (const some of bySize(waiting)) {
      const examined = isLastAttempt(messages) ? await this.examineOrGiveUp(some) : await this.examine(some);
      await this.record(examined);
    }
  }

  /** A document that cannot be examined whatever is tried must not wait for ever: its sender learns that it was not sent. */
  private async examineOrGiveUp(stored: readonly StoredDocument[]): Promise<Examined[]> {
    try {
      return await this.examine(stored);
    } catch (error) {
      return stored.map(({ document, files }) => {
        const documentId = document.id as DocumentId;
        this.log.error({ err: error, documentId }, 'document cannot be examined');
        const rejection = problem('document.unverifiable', { file: mainOf(files).name });
        return { verdict: { documentId, signatures: [], rejection } };
      });
    }
  }

  private async examine(stored: readonly StoredDocument[]): Promise<Examined[]> {
    const pdfs = await this.contents.readMany(
      stored.map(({ document, files }) => ({
        month: monthOf(document.id as DocumentId),
        sha256: mainOf(files).sha256,
      })),
    );
    const signers = await this.directory.signersOf(stored.map(({ document }) => document.fromAgencyId as AgencyId));
    // Side by side: each may have to wait for a revocation list or a timestamp from far away.
    return Promise.all(
      stored.flatMap((one, index) => {
        const pdf = pdfs[index];
        const own = signers.get(one.document.fromAgencyId as AgencyId) ?? new Map<string, SignerRole>();
        const judgement = { keys: this.keys, sealing: this.sealing, policy: this.config.signaturePolicy, signers: own };
        return pdf ? [examineDocument(one, pdf, judgement)] : [];
      }),
    );
  }

  private async record(examined: readonly Examined[]): Promise<void> {
    const now = new Date();
    await this.database.transaction(async (manager) => {
      for (const { verdict, sealedPdf } of examined) {
        if (sealedPdf) await this.contents.put(manager, monthOf(verdict.documentId), [sealedPdf]);
      }
      const verdicts = examined.map(({ verdict }) => verdict);
      const changed = await this.documents.judge(manager, verdicts, now);
      const short = examined.filter(({ shortfall }) => shortfall).map(({ verdict }) => verdict.documentId);
      await this.seals.markShort(manager, short);
      const judgements = verdicts.filter(({ documentId }) => changed.has(documentId)).map(judged);
      await this.outbox.add(manager, judgements, now);
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

/** Handed out alone for the last time before the dead letters. */
function isLastAttempt(messages: readonly Incoming[]): boolean {
  const [only] = messages;
  return messages.length === 1 && only !== undefined && only.attempt > ROAD.retryDelays.length;
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
