import { Injectable } from '@nestjs/common';
import type { AgencyId, CalendarDate, DeliveryId, DocumentId, OverdueStep } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import { updated } from '../documents/document.store';
import { WATCHED } from './owed-steps';

/** What a document's time limits follow from. */
export interface TimeTerms {
  readonly documentId: DocumentId;
  /** By edXML Priority. */
  readonly urgency: number;
  /** The day its sender set. */
  readonly dueOn: CalendarDate | null;
}

/** By when a document's receivers are to acknowledge it and to deal with it. */
export interface TimeLimits {
  readonly documentId: DocumentId;
  readonly acknowledgeBy: Date;
  readonly processBy: Date | undefined;
}

/** A delivery found overdue. */
export interface OverdueDelivery {
  readonly documentId: DocumentId;
  readonly deliveryId: DeliveryId;
  readonly agencyId: AgencyId;
}

/** The time limits of deliveries, and which of them have passed. */
@Injectable()
export class DeadlineStore {
  constructor(private readonly database: DataSource) {}

  termsOf(documents: readonly DocumentId[]): Promise<TimeTerms[]> {
    return this.database.query<TimeTerms[]>(
      `SELECT id AS "documentId", urgency, details ->> 'dueOn' AS "dueOn" FROM documents WHERE id = ANY($1::uuid[])`,
      [documents],
    );
  }

  /**
   * Marks deliveries that owe the step though its time limit has passed, the longest overdue first, at most `limit`; each is
   * marked once. What another process is marking or moving just now is left to it.
   */
  markOverdue(manager: EntityManager, step: OverdueStep, limit: number, at: Date): Promise<OverdueDelivery[]> {
    return updated<OverdueDelivery>(
      manager,
      `UPDATE deliveries AS d SET ${step}_overdue_at = $1
       FROM (SELECT document_id, id FROM deliveries WHERE ${WATCHED[step]} AND ${step}_by < $1
             ORDER BY ${step}_by LIMIT $2 FOR UPDATE SKIP LOCKED) AS late
       WHERE d.document_id = late.document_id AND d.id = late.id
       RETURNING d.document_id AS "documentId", d.id AS "deliveryId", d.agency_id AS "agencyId"`,
      [at, limit],
    );
  }
}
