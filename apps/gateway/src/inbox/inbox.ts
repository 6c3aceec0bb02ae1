import { Injectable } from '@nestjs/common';
import type { AgencyId, DeliveryId, DocumentId } from '@axis/edoc';
import { type DeliveryEntity, DeliveryStore, Directory, DocumentStore, Notifications } from '@axis/storage';
import { inboxItemView } from '../documents/views';
import { type Page, page } from '../paging';

export interface InboxRequest {
  readonly after: DeliveryId | undefined;
  readonly limit: number;
  /** How long to wait when nothing is there. */
  readonly waitMs: number;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

@Injectable()
export class Inbox {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly documents: DocumentStore,
    private readonly directory: Directory,
    private readonly notifications: Notifications,
  ) {}

  async list(agencies: readonly AgencyId[], request: InboxRequest): Promise<Page<ReturnType<typeof inboxItemView>>> {
    const rows = agencies.length === 0 ? [] : await this.whenSomething(agencies, request);
    const stored = await this.documents.load(rows.map((row) => row.documentId as DocumentId));
    const byId = new Map(stored.map((one) => [one.document.id, one]));
    const names = await this.directory.names([
      ...rows.flatMap((row) => [row.agencyId as AgencyId, row.senderAgencyId as AgencyId]),
      ...stored.map((one) => one.document.fromAgencyId as AgencyId),
    ]);
    return page(
      rows,
      request.limit,
      (row) => row.id,
      (row) => {
        const document = byId.get(row.documentId);
        if (!document) throw new Error(`delivery ${row.id} has no document`);
        return inboxItemView(row, document, names);
      },
    );
  }

  private whenSomething(agencies: readonly AgencyId[], request: InboxRequest): Promise<DeliveryEntity[]> {
    const { after, limit, waitMs: ms, signal } = request;
    const wants = (payload: string) => agencies.some((agency) => payload.includes(agency));
    return this.notifications.lookUntil(
      { channel: 'inbox', wants, ms, signal },
      () => this.deliveries.inbox(agencies, after, limit + 1),
      (rows) => rows.length > 0,
    );
  }
}
