import { Injectable } from '@nestjs/common';
import { type AgencyId, type DeliveryId, type DocumentId, formatReference, type Refusal, refusal } from '@axis/edoc';
import type { EdxmlStatus, ResponseFor } from '@axis/edxml';
import type { DeliveryEntity, DocumentEntity } from '@axis/storage';
import { type ReportedStatus, ReportStatus } from '../../deliveries/report-status';
import { Recall } from '../../deliveries/recall';
import { staffOf } from '../mapping/submission-of';
import { NamedDocuments } from './named-documents';
import { codesIn, Parties, type Sender } from './parties';
import type { Taken } from './take-document';

/** A status message: a receiver's step, its answer to a recall or update, or the sender's wish to have a document back. */
@Injectable()
export class TakeStatus {
  constructor(
    private readonly report: ReportStatus,
    private readonly recall: Recall,
    private readonly named: NamedDocuments,
    private readonly parties: Parties,
  ) {}

  /**
   * @param to the header of this name
   * @throws Refusal `delivery.not_found` where it is not the sender's to say; `document.not_found` to who has nothing to do with it
   */
  async take(message: EdxmlStatus, sender: Sender, to: string | undefined, now: Date): Promise<Taken> {
    const document = await this.named.require(namesOf(message.responseFor), now);
    const staff = staffOf(message.staff);
    const said = {
      code: message.statusCode,
      reason: message.description,
      staff: staff && { ...staff, name: staff.name ?? '' },
      occurredAt: message.timestamp,
    };
    if (message.statusCode === '13') return this.recallFrom(document, message, said, sender, to, now);
    const delivery = await this.named.deliveryTo(document, sender.id);
    if (!delivery) throw notTheirs(document, sender.id);
    const { id } = await this.report.report(delivery.id as DeliveryId, sender.caller, said, now);
    return { docId: id, warnings: [] };
  }

  /** From the receivers it names; from all, where it names none of them. One who forwarded it asks those it forwarded it to. */
  private async recallFrom(
    document: DocumentEntity,
    { responseFor }: EdxmlStatus,
    said: ReportedStatus,
    { caller, id }: Sender,
    to: string | undefined,
    now: Date,
  ): Promise<Taken> {
    const all = await this.named.deliveriesOf(document);
    const own = all.filter(({ senderAgencyId }) => senderAgencyId === id);
    const receivers = new Set(own.map(({ agencyId }) => agencyId));
    const meant = await this.parties.agencies([responseFor.organId, ...codesIn(to ?? '')]);
    const agencies = meant.filter((agency) => receivers.has(agency));
    if (document.fromAgencyId === id) {
      const request = {
        ...said,
        reason: said.reason ?? '',
        occurredAt: said.occurredAt ?? now,
        form: 'status' as const,
      };
      const from = agencies.length === 0 ? undefined : agencies;
      await this.recall.document(document.id as DocumentId, caller, request, now, from);
      return { docId: document.id, warnings: [] };
    }
    const asked = own.filter(({ agencyId }) => agencies.length === 0 || agencies.some((agency) => agency === agencyId));
    if (asked.length === 0) throw notTheirs(document, id, all);
    for (const delivery of asked) await this.report.report(delivery.id as DeliveryId, caller, said, now);
    return { docId: document.id, warnings: [] };
  }
}

/** To a stranger the document does not exist: a name that could be guessed must not tell that it does. */
function notTheirs(
  { fromAgencyId }: DocumentEntity,
  id: AgencyId,
  deliveries: readonly DeliveryEntity[] = [],
): Refusal {
  const isReceiver = deliveries.some(({ agencyId, state }) => agencyId === id && state !== 'withdrawn');
  return refusal(fromAgencyId === id || isReceiver ? 'delivery.not_found' : 'document.not_found');
}

/** Its id as the message gives it, or the reference its other parts make. */
function namesOf({ documentId, organId, code, promulgationDate: date }: ResponseFor & { readonly documentId: string }) {
  const [, number, notation] = /^([^/]+)\/(.+)$/s.exec(code ?? '') ?? [];
  const own = organId ? `${organId}:${documentId}` : documentId;
  if (!organId || !date || number === undefined || notation === undefined) return [own];
  return [own, formatReference({ organId, date, number, notation })];
}
