import { Injectable } from '@nestjs/common';
import { type CalendarDate, type DocumentId, formatReference, refusal } from '@axis/edoc';
import { type Caller, ContentStore, DocumentStore, Outbox, type StoredDocument } from '@axis/storage';
import { DataSource, type EntityManager } from 'typeorm';
import type { CheckedSubmission } from './check-submission';
import { fingerprint } from './fingerprint';
import type { ReceivedFile } from './receive-files';
import type { Submission } from './submission.schema';

export interface Submitting {
  readonly documentId: DocumentId;
  readonly caller: Caller;
  readonly submission: Submission;
  readonly checked: CheckedSubmission;
  readonly files: readonly ReceivedFile[];
  /** The client's Idempotency-Key. */
  readonly key: string | undefined;
}

/** Says yes only after the commit: the document, its files and the event that sends it on are stored together or not at all. */
@Injectable()
export class Submit {
  constructor(
    private readonly database: DataSource,
    private readonly documents: DocumentStore,
    private readonly contents: ContentStore,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @returns the document's id, of the first submission where this one repeats it.
   * @throws Refusal `document.conflict` or `idempotency.conflict`
   */
  async submit(request: Submitting, now: Date): Promise<{ documentId: DocumentId; repeated: boolean }> {
    const stored = describe(request, now);
    const { reference, promulgatedOn } = stored.document;
    return this.database.transaction(async (manager) => {
      const claim = await this.documents.claim(manager, {
        documentId: request.documentId,
        systemId: request.caller.systemId,
        key: request.key,
        claim: reference,
        year: Number(promulgatedOn.slice(0, 4)),
        fingerprint: fingerprint(request.submission, request.files),
      });
      switch (claim.kind) {
        case 'new':
          await this.store(manager, request, stored);
          return { documentId: request.documentId, repeated: false };
        case 'repeated':
          return { documentId: claim.documentId, repeated: true };
        // Thrown within the transaction, so that a key used for it here is not taken.
        case 'conflict':
          if (claim.by === 'key') throw refusal('idempotency.conflict');
          throw refusal('document.conflict', { reference, documentId: claim.documentId });
      }
    });
  }

  private async store(
    manager: EntityManager,
    { documentId, files }: Submitting,
    stored: StoredDocument,
  ): Promise<void> {
    await this.contents.commit(
      manager,
      files.map(({ content }) => content),
    );
    await this.documents.insert(manager, stored);
    await this.outbox.add(manager, [
      { type: 'document.submitted', source: 'gateway', subject: documentId, data: { documentId } },
    ]);
  }
}

function describe({ documentId, caller, submission, checked, files }: Submitting, now: Date): StoredDocument {
  const { number, notation, subject, urgency, seal, content, signer, dueOn, pageCount } = submission;
  const promulgatedOn = submission.promulgatedOn as CalendarDate;
  const reference = formatReference({ organId: checked.from.code, date: promulgatedOn, number, notation });
  return {
    document: {
      id: documentId,
      systemId: caller.systemId,
      fromAgencyId: checked.from.id,
      fromCode: checked.from.code,
      reference,
      number,
      notation,
      kind: checked.kind,
      subject,
      promulgatedOn,
      urgency,
      details: { content, signer, dueOn, pageCount },
      addressees: checked.to.map((code) => ({ code })),
      seal,
      sealFallsShort: false,
      state: 'submitted',
      signatures: null,
      rejection: null,
      submittedAt: now,
      verifiedAt: null,
      routedAt: null,
      business: { type: 'new' },
      originalId: null,
      version: 1,
      claim: reference,
      expiredAt: null,
    },
    files: files.map((file, position) => ({
      documentId,
      position,
      role: position === 0 ? 'main' : 'attachment',
      name: file.name,
      contentType: position === 0 ? 'application/pdf' : file.contentType,
      size: String(file.content.size),
      sha256: file.content.sha256,
      submittedSha256: file.content.sha256,
    })),
  };
}
