import { Injectable } from '@nestjs/common';
import type { AgencyCode, DocumentId } from '@axis/edoc';
import type { EdxmlDocument } from '@axis/edxml';
import type { DocumentEntity } from '@axis/storage';
import { Recall } from '../../deliveries/recall';
import { staffOf } from '../mapping/submission-of';
import { NamedDocuments } from './named-documents';
import { Parties, type Sender } from './parties';
import type { Taken } from './take-document';

/** Clients in use leave the reason out, which status 13 must have. */
const NO_REASON = 'Bên gửi yêu cầu lấy lại văn bản, không nêu lý do';

/** A message of business type 1: its own DocumentId is the document the sender wants back, from the agencies it is addressed to. */
@Injectable()
export class TakeRecall {
  constructor(
    private readonly recall: Recall,
    private readonly named: NamedDocuments,
    private readonly parties: Parties,
  ) {}

  async take(message: EdxmlDocument, { caller }: Sender, now: Date): Promise<Taken> {
    const document = await this.named.require([`${message.from.organId}:${message.documentId}`], now);
    const staff = staffOf(message.staff);
    const request = {
      reason: message.businessReason ?? NO_REASON,
      staff: staff && { ...staff, name: staff.name ?? '' },
      occurredAt: now,
      form: 'recall' as const,
    };
    await this.recall.document(document.id as DocumentId, caller, request, now, await this.onlyFrom(document, message));
    return { docId: document.id, warnings: [] };
  }

  /** undefined when it is addressed to everyone who was to have the document: then what is not routed yet is taken back too. */
  private async onlyFrom({ addressees }: DocumentEntity, { to }: EdxmlDocument) {
    const [all, meant] = await Promise.all([
      this.parties.agencies(addressees.map(({ code }) => code as AgencyCode)),
      this.parties.agencies(to.map(({ organId }) => organId)),
    ]);
    return all.every((agency) => meant.includes(agency)) ? undefined : meant;
  }
}
