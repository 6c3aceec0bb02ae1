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

  /** Listens before it looks, so that nothing slips in between. Over when time is up, the client has gone or the axis stops. */
  private async whenSomething(agencies: readonly AgencyId[], request: InboxRequest): Promise<DeliveryEntity[]> {
    const { after, limit, waitMs, signal } = request;
    const until = Date.now() + waitMs;
    for (let over = waitMs <= 0; ;) {
      const enough = new AbortController();
      const forUs = (payload: string) => agencies.some((agency) => payload.includes(agency));
      const stop = AbortSignal.any([signal, enough.signal]);
      const news = this.notifications.wait('inbox', forUs, until - Date.now(), stop);
      try {
        const rows = await this.deliveries.inbox(agencies, after, limit + 1);
        if (rows.length > 0 || over) return rows;
        over = !(await news);
      } finally {
        enough.abort();
      }
    }
  }
}
