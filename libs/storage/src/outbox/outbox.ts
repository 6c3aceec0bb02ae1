import { Injectable } from '@nestjs/common';
import type { AxisEvent } from '@axis/edoc';
import type { EntityManager } from 'typeorm';
import { Notifications } from '../notifications';
import { eventId } from './event-id';

/** An event to be told of once the transaction commits; its id is made when it is added. */
export type NewEvent = AxisEvent & {
  /** The document (or delivery) it happened to. */
  readonly subject: string;
  /** The service that says so, for example `gateway`. */
  readonly source: string;
  /** W3C trace context. */
  readonly traceparent?: string;
};

/** An event with its id, and when it happened. */
export type IdentifiedEvent = NewEvent & { readonly id: string; readonly at: Date };

/** Where the relay listens. */
export const OUTBOX_CHANNEL = 'outbox';

/** Events are committed together with the state they tell of, and published after: never one without the other. */
@Injectable()
export class Outbox {
  constructor(private readonly notifications: Notifications) {}

  /**
   * Adds events to the manager's transaction in one statement, to be published in this order.
   * @param at when they happened: the very time that is stored with what happened, since their ids are made of it
   * @returns their ids, UUIDv7
   */
  async add(manager: EntityManager, events: readonly NewEvent[], at: Date): Promise<string[]> {
    if (events.length === 0) return [];
    const identified = events.map((event) => ({ ...event, id: eventId(event, at), at }));
    await insertEvents(manager, identified);
    this.notifications.notify(manager, OUTBOX_CHANNEL);
    return identified.map(({ id }) => id);
  }
}

/** Puts events into the outbox in this order. */
export async function insertEvents(manager: EntityManager, events: readonly IdentifiedEvent[]): Promise<void> {
  await manager.query(
    `INSERT INTO outbox (id, type, subject, source, traceparent, data, created_at)
     SELECT id, type, subject, source, traceparent, data, at
     FROM ROWS FROM (json_to_recordset($1)
       AS (id uuid, type text, subject text, source text, traceparent text, data jsonb, at timestamptz)) WITH ORDINALITY
       AS event (id, type, subject, source, traceparent, data, at, place)
     ORDER BY place`,
    [JSON.stringify(events)],
  );
}
