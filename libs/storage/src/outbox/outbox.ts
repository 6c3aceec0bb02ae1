import { Injectable } from '@nestjs/common';
import type { AxisEvent } from '@axis/edoc';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { Notifications } from '../notifications';

/** An event to be told of once the transaction commits; its id and time are given when it is added. */
export type NewEvent = AxisEvent & {
  /** The document (or delivery) it happened to. */
  readonly subject: string;
  /** The service that says so, for example `gateway`. */
  readonly source: string;
  /** W3C trace context. */
  readonly traceparent?: string;
};

/** Where the relay listens. */
export const OUTBOX_CHANNEL = 'outbox';

/** Events are committed together with the state they tell of, and published after: never one without the other. */
@Injectable()
export class Outbox {
  constructor(private readonly notifications: Notifications) {}

  /**
   * Adds events to the manager's transaction in one statement, to be published in this order.
   * @returns their ids, UUIDv7
   */
  async add(manager: EntityManager, events: readonly NewEvent[]): Promise<string[]> {
    if (events.length === 0) return [];
    const rows = events.map((event) => ({ ...event, id: v7() }));
    await manager.query(
      `INSERT INTO outbox (id, type, subject, source, traceparent, data)
       SELECT id, type, subject, source, traceparent, data
       FROM ROWS FROM (json_to_recordset($1)
         AS (id uuid, type text, subject text, source text, traceparent text, data jsonb)) WITH ORDINALITY
         AS event (id, type, subject, source, traceparent, data, place)
       ORDER BY place`,
      [JSON.stringify(rows)],
    );
    this.notifications.notify(manager, OUTBOX_CHANNEL);
    return rows.map(({ id }) => id);
  }
}
