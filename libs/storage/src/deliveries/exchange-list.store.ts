import { Injectable } from '@nestjs/common';
import type { AgencyId, DeliveryState, StatusCode } from '@axis/edoc';
import { DataSource } from 'typeorm';
import type { DocumentState, Rejection } from '../documents/document.entity';
import type { MessageForm } from './status-message.entity';

/** A message that waits for one agency of a system. */
export interface WaitingMessage {
  /** Of the delivery, or of the message beside documents. */
  readonly id: string;
  /** Null for a document. */
  readonly form: MessageForm | null;
  readonly fromCode: string;
  readonly toCode: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A document on its way to one agency; `deliveryId` and what follows it are null before it was routed. */
export interface SentMessage {
  readonly documentId: string;
  readonly fromCode: string;
  readonly subject: string;
  readonly number: string;
  readonly notation: string;
  readonly submittedAt: Date;
  readonly state: DocumentState;
  readonly rejection: Rejection | null;
  readonly deliveryId: string | null;
  readonly toCode: string | null;
  readonly deliveryState: DeliveryState | null;
  readonly problem: Rejection | null;
  readonly handedOverAt: Date | null;
}

/** A status that a system reported, and whom it was told to. */
export interface SentStatus {
  readonly id: string;
  readonly documentId: string;
  readonly code: StatusCode;
  readonly fromCode: string;
  readonly toCode: string;
  readonly subject: string;
  readonly number: string;
  readonly notation: string;
  readonly receivedAt: Date;
}

export type MessageType = 'edoc' | 'status';

const DOCUMENTS = `
  SELECT d.id, d.agency_id AS to_id, d.sender_agency_id AS from_id, NULL AS form, d.available_at AS created_at, d.updated_at
  FROM deliveries AS d WHERE d.agency_id = ANY($1::uuid[]) AND d.state = 'available' ORDER BY d.id LIMIT $2`;

/** The other party of the delivery speaks. */
const beside = (forms: string): string => `
  SELECT s.id, s.agency_id, CASE s.agency_id WHEN d.sender_agency_id THEN d.agency_id ELSE d.sender_agency_id END,
         s.form, s.created_at, s.created_at
  FROM (SELECT * FROM status_messages AS w WHERE w.agency_id = ANY($1::uuid[]) AND w.acknowledged_at IS NULL AND ${forms}
        ORDER BY w.created_at, w.id LIMIT $2) AS s
  JOIN deliveries AS d ON d.document_id = s.document_id AND d.id = s.delivery_id`;

const RECALLS_AND_REMOVALS = `w.form <> 'status'`;
const STATUSES = `w.form = 'status'`;

/** What waits for agencies and what they sent, as lists of single messages; polled, so each is one statement on an index. */
@Injectable()
export class ExchangeListStore {
  constructor(private readonly database: DataSource) {}

  /** The oldest first. It stays listed until it is acknowledged. */
  waiting(type: MessageType, agencies: readonly AgencyId[], limit: number): Promise<WaitingMessage[]> {
    const messages =
      type === 'edoc' ? `(${DOCUMENTS}) UNION ALL (${beside(RECALLS_AND_REMOVALS)})` : `(${beside(STATUSES)})`;
    return this.database.manager.query<WaitingMessage[]>(
      `SELECT w.id, w.form, f.code AS "fromCode", t.code AS "toCode", w.created_at AS "createdAt", w.updated_at AS "updatedAt"
       FROM (${messages}) AS w (id, to_id, from_id, form, created_at, updated_at)
       JOIN agencies AS f ON f.id = w.from_id JOIN agencies AS t ON t.id = w.to_id
       ORDER BY w.created_at, w.id LIMIT $2`,
      [agencies, limit],
    );
  }

  async countWaiting(type: MessageType, agencies: readonly AgencyId[]): Promise<number> {
    const messages = (forms: string) =>
      `(SELECT count(*) FROM status_messages AS w
        WHERE w.agency_id = ANY($1::uuid[]) AND w.acknowledged_at IS NULL AND ${forms})`;
    const documents = `(SELECT count(*) FROM deliveries WHERE agency_id = ANY($1::uuid[]) AND state = 'available')`;
    const [row] = await this.database.manager.query<{ count: number }[]>(
      `SELECT (${type === 'edoc' ? `${documents} + ${messages(RECALLS_AND_REMOVALS)}` : messages(STATUSES)})::int AS count`,
      [agencies],
    );
    return row?.count ?? 0;
  }

  /** The newest documents of these agencies, one row a receiver. */
  sent(agencies: readonly AgencyId[], limit: number): Promise<SentMessage[]> {
    return this.database.manager.query<SentMessage[]>(
      `SELECT m.id AS "documentId", m.from_code AS "fromCode", m.subject, m.number, m.notation,
              m.submitted_at AS "submittedAt", m.state, m.rejection, d.id AS "deliveryId", a.code AS "toCode",
              d.state AS "deliveryState", d.problem, d.handed_over_at AS "handedOverAt"
       FROM (SELECT * FROM documents WHERE from_agency_id = ANY($1::uuid[]) ORDER BY id DESC LIMIT $2) AS m
       LEFT JOIN deliveries AS d ON d.document_id = m.id LEFT JOIN agencies AS a ON a.id = d.agency_id
       ORDER BY m.id DESC, d.id LIMIT $2`,
      [agencies, limit],
    );
  }

  /** The newest statuses a system reported. */
  sentStatuses(systemId: string, limit: number): Promise<SentStatus[]> {
    return this.database.manager.query<SentStatus[]>(
      `SELECT s.id, s.document_id AS "documentId", s.code, s.received_at AS "receivedAt", m.subject, m.number, m.notation,
              CASE s.code WHEN '13' THEN o.code ELSE r.code END AS "fromCode",
              CASE s.code WHEN '13' THEN r.code ELSE o.code END AS "toCode"
       FROM (SELECT * FROM delivery_statuses WHERE system_id = $1 ORDER BY id DESC LIMIT $2) AS s
       JOIN deliveries AS d ON d.document_id = s.document_id AND d.id = s.delivery_id
       JOIN documents AS m ON m.id = s.document_id
       JOIN agencies AS o ON o.id = d.sender_agency_id JOIN agencies AS r ON r.id = d.agency_id
       ORDER BY s.id DESC`,
      [systemId, limit],
    );
  }
}
