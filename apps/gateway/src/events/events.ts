import { Injectable } from '@nestjs/common';
import { type AgencyId, refusal, type ToldType } from '@axis/edoc';
import {
  type CloudEvent,
  cloudEventOf,
  FEED_CHANNEL,
  type FeedBounds,
  type FeedEntity,
  FeedStore,
  Notifications,
} from '@axis/storage';
import type { EntityManager } from 'typeorm';

/** A position, or `now`: only what is told from here on. Absent: from the oldest that is kept. */
export type Cursor = string | undefined;

export interface EventsRequest {
  readonly cursor: Cursor;
  readonly types: readonly ToldType[] | undefined;
  readonly limit: number;
  /** How long to wait when nothing is there. */
  readonly waitMs: number;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface EventList {
  readonly items: readonly CloudEvent[];
  readonly next: string;
}

/** The feed as clients read it. */
@Injectable()
export class Events {
  constructor(
    private readonly feed: FeedStore,
    private readonly notifications: Notifications,
  ) {}

  /** @throws Refusal `cursor.expired`, `cursor.invalid` */
  async startAt(cursor: Cursor, manager?: EntityManager): Promise<number> {
    return placeOf(cursor, await this.feed.bounds(manager));
  }

  /** @throws Refusal `cursor.expired`, `cursor.invalid` */
  async list(agencies: readonly AgencyId[], request: EventsRequest): Promise<EventList> {
    const after = await this.startAt(request.cursor);
    const { rows, newest } = await this.whenSomething(agencies, after, request);
    const last = rows.length === request.limit ? rows.at(-1) : undefined;
    // Up to `newest` nothing more will appear: a client that goes on from there passes over what is not for it.
    return { items: rows.map(cloudEventOf), next: last?.position ?? String(newest) };
  }

  private whenSomething(
    agencies: readonly AgencyId[],
    after: number,
    { types, limit, waitMs, signal }: EventsRequest,
  ): Promise<{ rows: FeedEntity[]; newest: number }> {
    const wants = (payload: string) => agencies.some((agency) => payload.includes(agency));
    return this.notifications.lookUntil(
      { channel: FEED_CHANNEL, wants, ms: agencies.length === 0 ? 0 : waitMs, signal },
      async () => {
        const { newest } = await this.feed.bounds();
        return { rows: await this.feed.read({ agencies, types, after, through: newest, limit }), newest };
      },
      ({ rows }) => rows.length > 0,
    );
  }
}

function placeOf(cursor: Cursor, { newest, dropped }: FeedBounds): number {
  if (cursor === undefined) return dropped;
  if (cursor === 'now') return newest;
  const place = Number(cursor);
  if (place > newest) throw refusal('cursor.invalid');
  if (place < dropped) throw refusal('cursor.expired', { oldest: String(dropped) });
  return place;
}
