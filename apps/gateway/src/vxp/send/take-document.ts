import { Inject, Injectable } from '@nestjs/common';
import { type DocumentId, problemOf, Refusal, refusal } from '@axis/edoc';
import type { EdxmlDocument, EdxmlReading } from '@axis/edxml';
import { CONFIG, type Config } from '@axis/platform';
import { PinoLogger } from 'nestjs-pino';
import { isSettled, ReadDocuments } from '../../documents/read-documents';
import { ChangeReceivers } from '../../life/change-receivers';
import { CheckSubmission } from '../../submission/check-submission';
import { Submit } from '../../submission/submit';
import { factsOf } from '../mapping/facts-of';
import { type BringingMessage, submissionOf } from '../mapping/submission-of';
import type { Attachments } from './attachments';
import { NamedDocuments } from './named-documents';
import { Parties, type Sender } from './parties';

/** Signatures are checked meanwhile, so that a rejection is told at once. What takes longer is told by getSentEdocList. */
const WAIT_MS = 20_000;

export interface TakenMessage {
  readonly documentId: DocumentId;
  readonly reading: EdxmlReading;
  readonly message: EdxmlDocument;
  readonly attachments: Attachments;
  readonly sender: Sender;
  /** The header `to`. */
  readonly to: string | undefined;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
}

/** What came of a message: its DocId, and what was let pass. */
export interface Taken {
  readonly docId: string;
  readonly warnings: readonly string[];
}

/** A message that brings a document: by the same core as REST v1. */
@Injectable()
export class TakeDocument {
  constructor(
    private readonly checks: CheckSubmission,
    private readonly submit: Submit,
    private readonly receivers: ChangeReceivers,
    private readonly read: ReadDocuments,
    private readonly parties: Parties,
    private readonly named: NamedDocuments,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async take(taken: TakenMessage & { readonly message: BringingMessage }, now: Date): Promise<Taken> {
    const { message, reading, to } = taken;
    const { business } = message;
    const limit = this.config.limits.addressees;
    if (message.to.length > limit) throw refusal('addressees.too_many', { count: message.to.length, limit });
    if (business.type === 'update' && !business.content && business.receivers.length > 0) {
      return this.changeReceivers(taken, business, now);
    }
    const skipped = await this.skipped(message);
    const same = await this.parties.sameReceivers(codesOf(message), to);
    const warnings = [
      ...(skipped.length === 0 ? [] : [`Bỏ qua nơi nhận không có trong danh mục: ${skipped.join(', ')}`]),
      ...(same ? [] : ['Tiêu đề to khác với nơi nhận trong văn bản; Trục gửi theo văn bản']),
    ];
    const told = { skipped, warnings: same ? [] : ['header.to_differs'] };
    const { files, accepted } = await this.accept(taken, told, now);
    this.log.info(
      { ...accepted, from: message.from.organId, files, sha256: reading.sha256 },
      'document submitted by edXML',
    );
    return this.judged(accepted.documentId, warnings, taken.gone);
  }

  private async accept(
    {
      documentId,
      message,
      reading,
      attachments,
      sender: { caller },
    }: TakenMessage & { readonly message: BringingMessage },
    { skipped, warnings }: { readonly skipped: readonly string[]; readonly warnings: readonly string[] },
    now: Date,
  ) {
    const whole = submissionOf(message);
    const submission = { ...whole, to: whole.to.filter((code) => !skipped.includes(code)) };
    const checked = await this.checks.check(submission, caller, now);
    const files = await attachments.files(reading.attachments);
    const edxml = factsOf({ reading, message, files, skipped, warnings });
    const accepted = await this.submit.submit(
      { documentId, caller, submission, checked, files, key: undefined, edxml },
      now,
    );
    return { files: files.length, accepted };
  }

  /** An update of who receives it, the content unchanged. */
  private async changeReceivers(
    { sender: { caller }, message }: TakenMessage,
    { documentId: name, receivers }: Extract<BringingMessage['business'], { type: 'update' }>,
    now: Date,
  ): Promise<Taken> {
    const original = await this.named.require([`${message.from.organId}:${name}`], now);
    const codes = (how: 'added' | 'removed') =>
      receivers.filter(({ change }) => change === how).map(({ organId }) => organId);
    const changes = { add: codes('added'), remove: codes('removed'), reason: message.businessReason ?? null };
    await this.receivers.change(original.id as DocumentId, caller, changes, now);
    return { docId: original.id, warnings: [] };
  }

  /** @throws Refusal `addressee.unknown` naming all of them, where the policy is to refuse */
  private async skipped(message: EdxmlDocument): Promise<readonly string[]> {
    const unknown = await this.parties.unknown(codesOf(message));
    const all = unknown.length === message.to.length;
    if (unknown.length > 0 && (all || this.config.vxp.unknownReceivers === 'refuse')) {
      throw refusal('addressee.unknown', { agency: unknown.join(', ') });
    }
    return unknown;
  }

  private async judged(documentId: DocumentId, warnings: readonly string[], signal: AbortSignal): Promise<Taken> {
    const { state, rejection } = await this.read.whenever(documentId, isSettled, { ms: WAIT_MS, signal });
    if (rejection) throw new Refusal(problemOf(rejection));
    const checking = state === 'submitted' ? ['Chữ ký số đang được kiểm tra'] : [];
    return { docId: documentId, warnings: [...warnings, ...checking] };
  }
}

const codesOf = ({ to }: EdxmlDocument) => to.map(({ organId }) => organId);
