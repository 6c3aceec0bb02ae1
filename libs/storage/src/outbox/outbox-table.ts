import type { EventEnvelope } from '@axis/platform';
import type { Client } from 'pg';

/** A row of the outbox. */
export interface WaitingEvent {
  /** A bigint. */
  readonly position: string;
  readonly envelope: EventEnvelope;
}

interface Row {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly source: string;
  readonly traceparent: string | null;
  readonly data: unknown;
  readonly created_at: Date;
}

/** How many are published at a time. */
const BATCH = 500;

/** The next events in their order, after a position, those held back excepted. */
export async function takeEvents(client: Client, after: number, held: readonly string[]): Promise<WaitingEvent[]> {
  const { rows } = await client.query<Row>({
    name: 'take-events',
    text: `SELECT position, id, type, subject, source, traceparent, data, created_at FROM outbox
           WHERE position > $1 AND position <> ALL ($2::bigint[]) ORDER BY position LIMIT ${BATCH}`,
    values: [after, held],
  });
  return rows.map(({ position, created_at, traceparent, ...attributes }) => ({
    position,
    envelope: { ...attributes, time: created_at.toISOString(), ...(traceparent === null ? {} : { traceparent }) },
  }));
}

export async function deleteEvents(client: Client, positions: readonly string[]): Promise<void> {
  await client.query({
    name: 'delete-events',
    text: 'DELETE FROM outbox WHERE position = ANY ($1::bigint[])',
    values: [positions],
  });
}

export async function countEvents(
  client: Client,
): Promise<{ readonly waiting: number; readonly oldestSeconds: number }> {
  const { rows } = await client.query<{ waiting: number; oldest: number }>(
    `SELECT count(*)::integer AS waiting,
            coalesce(extract(epoch FROM now() - min(created_at)), 0)::double precision AS oldest FROM outbox`,
  );
  return { waiting: rows[0]?.waiting ?? 0, oldestSeconds: rows[0]?.oldest ?? 0 };
}
