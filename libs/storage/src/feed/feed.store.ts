import { Injectable } from '@nestjs/common';
import type { AgencyId, DocumentId, ToldType } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import type { DocumentEntity } from '../documents/document.entity';
import { selectList } from '../entity-rows';
import { Notifications } from '../notifications';
import { FeedEntity } from './feed.entity';

/** An event for one agency; position and time of recording are given when it is appended. */
export type NewFeedEntry = Omit<FeedEntity, 'position' | 'recordedAt'>;

/** What is told of a document: little of its row, which may name 2,000 addressees. */
export type ToldDocument = Pick<
  DocumentEntity,
  'id' | 'reference' | 'subject' | 'kind' | 'urgency' | 'fromAgencyId' | 'state' | 'rejection'
>;

export interface FeedBounds {
  /** The last position that was given; 0 when there was none. */
  readonly newest: number;
  /** A reader that has not come beyond this has missed events that are kept no longer. */
  readonly dropped: number;
}

export interface FeedRequest {
  readonly agencies: readonly AgencyId[];
  /** All, when absent. */
  readonly types?: readonly ToldType[] | undefined;
  readonly after: number;
  /** The `newest` that was read before: what lies beyond may still be incomplete. */
  readonly through: number;
  readonly limit: number;
}

/** Where to wait for new events; the notice holds the ids of agencies. */
export const FEED_CHANNEL = 'feed';

/** Agency ids that fit into one notice (PostgreSQL allows 8,000 bytes). */
const AGENCIES_PER_NOTICE = 200;
const DAY_MS = 86_400_000;

/**
 * What agencies are told of. Positions are given in the order of commits: the writer takes the one row of `feed_head` and
 * keeps it until its commit, so that by the time a position can be seen, all smaller ones can.
 */
@Injectable()
export class FeedStore {
  constructor(
    private readonly database: DataSource,
    private readonly notifications: Notifications,
  ) {}

  /** Appends entries in their order, those of one event together; an event that is there already is left out. */
  async append(manager: EntityManager, entries: readonly NewFeedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const [[head]] = await manager.query<[{ newest: string; recorded_at: Date }[], number]>(
      `UPDATE feed_head SET newest = newest + $1,
         recorded_at = greatest(recorded_at, date_trunc('milliseconds', clock_timestamp()))
       RETURNING newest, recorded_at`,
      [entries.length],
    );
    const ids = [...new Set(entries.map(({ id }) => id))];
    // Nothing is recorded before it happened, however clocks differ: no older month is looked into.
    const recordedSince = new Date(Math.min(...entries.map(({ occurredAt }) => occurredAt.getTime())) - DAY_MS);
    const told = await manager.query<{ agency_id: AgencyId }[]>(
      `INSERT INTO feed (position, agency_id, id, role, type, document_id, delivery_id, occurred_at, recorded_at, data)
       SELECT $2::bigint + place, agency_id, id, role, type, document_id, delivery_id, occurred_at, $3, data
       FROM ROWS FROM (json_to_recordset($1) AS (agency_id uuid, id uuid, role text, type text, document_id uuid,
         delivery_id uuid, occurred_at timestamptz, data jsonb)) WITH ORDINALITY
         AS entry (agency_id, id, role, type, document_id, delivery_id, occurred_at, data, place)
       WHERE id <> ALL (ARRAY(SELECT known.id FROM feed AS known WHERE known.id = ANY($4::uuid[]) AND known.recorded_at >= $5))
       RETURNING agency_id`,
      [
        JSON.stringify(entries.map(asRow)),
        Number(head?.newest) - entries.length,
        head?.recorded_at,
        ids,
        recordedSince,
      ],
    );
    const agencies = [...new Set(told.map(({ agency_id }) => agency_id))];
    for (let at = 0; at < agencies.length; at += AGENCIES_PER_NOTICE) {
      this.notifications.notify(manager, FEED_CHANNEL, agencies.slice(at, at + AGENCIES_PER_NOTICE).join());
    }
  }

  /** Those that are there, in any order. */
  documents(ids: readonly DocumentId[]): Promise<ToldDocument[]> {
    return this.database.query<ToldDocument[]>(
      `SELECT id, reference, subject, kind, urgency, from_agency_id AS "fromAgencyId", state, rejection
       FROM documents WHERE id = ANY($1::uuid[])`,
      [ids],
    );
  }

  async bounds(manager: EntityManager = this.database.manager): Promise<FeedBounds> {
    const [head] = await manager.query<{ newest: string; dropped: string }[]>('SELECT newest, dropped FROM feed_head');
    return { newest: Number(head?.newest ?? 0), dropped: Number(head?.dropped ?? 0) };
  }

  /** What these agencies were told, in order. Each agency's own index is read no further than needed. */
  async read({ agencies, types, after, through, limit }: FeedRequest): Promise<FeedEntity[]> {
    if (agencies.length === 0 || after >= through) return [];
    return this.database.query<FeedEntity[]>(
      `SELECT ${selectList(this.database, FeedEntity, 'f')}
       FROM unnest($1::uuid[]) AS reader (id) CROSS JOIN LATERAL (
         SELECT * FROM feed WHERE feed.agency_id = reader.id AND position > $2 AND position <= $3
           AND ($4::text[] IS NULL OR type = ANY($4)) AND recorded_at < now() + interval '1 day'
         ORDER BY position LIMIT $5) AS f
       ORDER BY f.position LIMIT $5`,
      [agencies, after, through, types ?? null, limit],
    );
  }

  /**
   * Drops the months that ended before `before`, whole. A reader that holds one up is not made to wait for long: it is
   * tried again the next time.
   * @returns the names of the partitions that were dropped
   */
  forget(before: Date): Promise<string[]> {
    return this.database.transaction(async (manager) => {
      const old = await manager.query<{ name: string }[]>(
        `SELECT c.relname AS name FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'feed'::regclass AND c.relname < 'feed_' || to_char($1 AT TIME ZONE 'UTC', 'YYYY_MM')
           AND c.relname < 'feed_' || to_char(now() AT TIME ZONE 'UTC' - interval '1 month', 'YYYY_MM')
         ORDER BY c.relname`,
        [before],
      );
      if (old.length === 0) return [];
      await manager.query(`SET LOCAL lock_timeout = '2s'`);
      for (const { name } of old) {
        await manager.query(`UPDATE feed_head SET dropped = greatest(dropped, (SELECT max(position) FROM ${name}))`);
        await manager.query(`DROP TABLE ${name}`);
      }
      return old.map(({ name }) => name);
    });
  }
}

function asRow({ agencyId, id, role, type, documentId, deliveryId, occurredAt, data }: NewFeedEntry) {
  return {
    agency_id: agencyId,
    id,
    role,
    type,
    document_id: documentId,
    delivery_id: deliveryId,
    occurred_at: occurredAt,
    data,
  };
}
