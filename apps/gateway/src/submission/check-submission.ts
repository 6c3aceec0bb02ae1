import { Inject, Injectable } from '@nestjs/common';
import {
  type AgencyCode,
  type DocumentKind,
  faultsOfNumber,
  isAfterToday,
  isConnectionCentre,
  parseAgencyCode,
  parseCalendarDate,
  parseDocumentKind,
  type ProblemCode,
  Refusal,
  refusal,
  secrecyDegreeOf,
  secrecyMarkIn,
} from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import { type Caller, Directory, type Resolved } from '@axis/storage';
import { DataSource } from 'typeorm';
import { type Parties, SettleBusiness } from './settle-business';
import type { Submission } from './submission.schema';

/** What the checks found out on their way. */
export interface CheckedSubmission extends Parties {
  readonly kind: DocumentKind;
}

/** What a document that updates or replaces another meets where it has done so already. */
const AFTER_THE_FIRST: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'document.in_process',
  'document.replaced',
  'update.not_receiver',
  'update.no_receivers',
]);

/** Everything that can be refused before a byte of a file is read. */
@Injectable()
export class CheckSubmission {
  constructor(
    private readonly database: DataSource,
    private readonly directory: Directory,
    private readonly business: SettleBusiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Refusal naming the first thing that is wrong. */
  async check(submission: Submission, caller: Caller, now: Date): Promise<CheckedSubmission> {
    refuseSecrets(submission);
    refuseImpossibleDates(submission, now);
    const [fault] = faultsOfNumber(submission);
    const number = `${submission.number}/${submission.notation}`;
    if (fault) throw refusal('document.number_invalid', { number, detail: fault });
    const kind = parseDocumentKind(submission.kind);
    if (!kind) throw refusal('document.kind_unknown', { kind: submission.kind });

    const { business } = submission;
    const to = [...new Set(submission.to.map(addresseeCode))];
    const added = business.type === 'update' ? business.add.map(addresseeCode) : [];
    if (to.length === 0 && business.type !== 'update') throw refusal('addressees.missing');
    this.requireFew(to.length + added.length);

    const sender = parseAgencyCode(submission.from);
    if (!sender) throw refusal('sender.unknown', { agency: submission.from });
    const resolved = await this.directory.resolve([sender, ...to, ...added]);
    const from = senderOf(sender, resolved.get(sender), caller);
    for (const code of [...to, ...added]) refuseAddressee(code, resolved.get(code), from);
    await this.settleEarly(submission, { from, to }, now);
    return { from, kind, to };
  }

  /** What the same message may meet when it comes again is left to the transaction, which knows it and answers as the first time. */
  private async settleEarly(submission: Submission, parties: Parties, now: Date): Promise<void> {
    try {
      const { manager } = this.database;
      const { addressees } = await this.business.settle(manager, submission, parties, { hold: false, now });
      this.requireFew(addressees.length);
    } catch (error) {
      if (!(error instanceof Refusal) || !AFTER_THE_FIRST.has(error.problem.code)) throw error;
    }
  }

  private requireFew(count: number): void {
    const limit = this.config.limits.addressees;
    if (count > limit) throw refusal('addressees.too_many', { count, limit });
  }
}

function refuseSecrets({ secrecy, subject }: Submission): void {
  const marking = secrecyDegreeOf(secrecy ?? '') ?? secrecyMarkIn(subject);
  if (marking) throw refusal('document.state_secret', { marking });
}

function refuseImpossibleDates({ promulgatedOn, dueOn }: Submission, now: Date): void {
  for (const date of [promulgatedOn, dueOn]) {
    if (date !== undefined && !parseCalendarDate(date)) throw refusal('date.invalid', { date });
  }
  const promulgated = parseCalendarDate(promulgatedOn);
  if (promulgated && isAfterToday(promulgated, now)) throw refusal('date.in_future', { date: promulgatedOn });
}

function addresseeCode(text: string): AgencyCode {
  const code = parseAgencyCode(text);
  if (!code) throw refusal('addressee.unknown', { agency: text });
  return code;
}

function senderOf(code: AgencyCode, found: Resolved | undefined, caller: Caller): CheckedSubmission['from'] {
  if (!found || found.kind === 'unknown') throw refusal('sender.unknown', { agency: code });
  // A closed agency signs nothing any more, whoever succeeded it.
  if (found.kind !== 'found' || found.via.length > 0) throw refusal('sender.closed', { agency: code });
  const { id, code: own } = found.agency;
  if (!caller.agencies.some((agency) => agency.id === id)) throw refusal('sender.not_yours', { agency: code });
  return { id, code: own };
}

/** @throws Refusal where an agency cannot be written to by `from` */
export function refuseAddressee(code: AgencyCode, found: Resolved | undefined, from: CheckedSubmission['from']): void {
  switch (found?.kind) {
    case undefined:
    case 'unknown':
      throw refusal('addressee.unknown', { agency: code });
    case 'closed':
      throw refusal('addressee.closed', { agency: code });
    case 'cycle':
      throw refusal('addressee.succession_cycle', { agency: code });
    case 'found':
      if (found.agency.id === from.id) throw refusal('addressee.is_sender', { agency: code });
      if (isConnectionCentre(found.agency.code)) throw refusal('addressee.not_addressable', { agency: code });
  }
}
