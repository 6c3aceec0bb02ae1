import { Injectable } from '@nestjs/common';
import { type CalendarDate, type DocumentId, formatReference, refusal } from '@axis/edoc';
import {
  type Caller,
  ContentStore,
  DocumentStore,
  type EdxmlFacts,
  LinkStore,
  type NewLink,
  Outbox,
  ownNameOf,
  type StoredDocument,
} from '@axis/storage';
import { DataSource, type EntityManager } from 'typeorm';
import type { CheckedSubmission } from './check-submission';
import { detailsOf } from './details';
import { fingerprint } from './fingerprint';
import type { ReceivedFile } from './receive-files';
import { SettleBusiness, type SettledBusiness } from './settle-business';
import type { Submission } from './submission.schema';

export interface Submitting {
  readonly documentId: DocumentId;
  readonly caller: Caller;
  readonly submission: Submission;
  readonly checked: CheckedSubmission;
  readonly files: readonly ReceivedFile[];
  /** The client's Idempotency-Key. */
  readonly key: string | undefined;
  /** What came with it, where it came as an edXML message. */
  readonly edxml?: EdxmlFacts;
}

/** Says yes only after the commit: the document, its files and the event that sends it on are stored together or not at all. */
@Injectable()
export class Submit {
  constructor(
    private readonly database: DataSource,
    private readonly documents: DocumentStore,
    private readonly links: LinkStore,
    private readonly contents: ContentStore,
    private readonly business: SettleBusiness,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @returns the document's id, of the first submission where this one repeats it.
   * @throws Refusal `document.conflict` or `idempotency.conflict`, or what `SettleBusiness` refuses
   */
  async submit(request: Submitting, now: Date): Promise<{ documentId: DocumentId; repeated: boolean }> {
    const { documentId, caller, submission, checked, files, key } = request;
    const print = fingerprint(submission, files);
    return this.database.transaction(async (manager) => {
      const claims = claimsOf(submission, checked, print);
      const claim = await this.documents.claim(manager, {
        documentId,
        systemId: caller.systemId,
        key,
        claims,
        year: Number(submission.promulgatedOn.slice(0, 4)),
        fingerprint: print,
      });
      switch (claim.kind) {
        case 'new': {
          const settled = await this.business.settle(manager, submission, checked, { hold: true, now });
          await this.store(manager, request, describe(request, settled, claims, now), settled.links, now);
          return { documentId, repeated: false };
        }
        case 'repeated':
          return { documentId: claim.documentId, repeated: true };
        // Thrown within the transaction, so that a key used for it here is not taken.
        case 'conflict':
          if (claim.by === 'key') throw refusal('idempotency.conflict');
          throw refusal('document.conflict', { reference: claims[0] ?? '', documentId: claim.documentId });
      }
    });
  }

  private async store(
    manager: EntityManager,
    { documentId, files }: Submitting,
    stored: StoredDocument,
    links: readonly NewLink[],
    now: Date,
  ): Promise<void> {
    await this.contents.commit(
      manager,
      files.map(({ content }) => content),
    );
    await this.documents.insert(manager, stored);
    await this.links.insert(manager, documentId, links);
    await this.outbox.add(
      manager,
      [{ type: 'document.submitted', source: 'gateway', subject: documentId, data: { documentId } }],
      now,
    );
  }
}

/**
 * What a document takes, so that the same message is known when it comes again and another under the same name is refused.
 * Updates come under the name of what they update: each content is taken once.
 */
function claimsOf(
  { number, notation, promulgatedOn, business, documentId }: Submission,
  { from }: CheckedSubmission,
  print: Buffer,
): string[] {
  const date = promulgatedOn as CalendarDate;
  const reference = formatReference({ organId: from.code, date, number, notation });
  if (business.type === 'update') return [`${reference}#${print.toString('hex')}`];
  return documentId === undefined || documentId === reference
    ? [reference]
    : [reference, ownNameOf(from.code, documentId)];
}

function describe(
  { documentId, caller, submission, checked, files, edxml }: Submitting,
  { reference, addressees, business, originalId, version }: SettledBusiness,
  claims: readonly string[],
  now: Date,
): StoredDocument {
  const { number, notation, subject, promulgatedOn, urgency, seal } = submission;
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
      details: { ...detailsOf(submission), edxml },
      addressees: addressees.map((code) => ({ code })),
      seal,
      sealFallsShort: false,
      state: 'submitted',
      signatures: null,
      rejection: null,
      submittedAt: now,
      verifiedAt: null,
      routedAt: null,
      withdrawnAt: null,
      business,
      originalId,
      version,
      claims,
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
