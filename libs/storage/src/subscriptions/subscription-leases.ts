import { Injectable } from '@nestjs/common';
import type { AgencyId } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import { v4 as uuidv4 } from 'uuid';
import { updated } from '../documents/document.store';
import { selectList } from '../entity-rows';
import {
  type Disablement,
  type PingOutcome,
  type PushFailure,
  SubscriptionEntity,
  type SubscriptionKind,
} from './subscription.entity';

/** A subscription that is ours alone to serve, for as long as we come back in time. */
export type Leased = SubscriptionEntity & { readonly lease: string };

export interface ClaimRequest {
  readonly kinds: readonly SubscriptionKind[];
  /** Those whose last attempt failed, or the others. */
  readonly failing: boolean;
  readonly limit: number;
}

/** How long a process may be silent before another takes its subscriptions. */
export const LEASE_SECONDS = 60;

/** Where to wait for what became of a ping; the notice is the subscription's id. */
export const SUBSCRIPTION_CHANNEL = 'subscription';

const LEASE = `now() + interval '${LEASE_SECONDS} seconds'`;

/** Events for one of the subscription's agencies beyond its cursor. */
const NEWS = `EXISTS (
  SELECT FROM system_agencies AS sa
  WHERE sa.system_id = s.system_id AND (s.agency_ids IS NULL OR sa.agency_id = ANY(s.agency_ids))
    AND EXISTS (
      SELECT FROM feed WHERE feed.agency_id = sa.agency_id AND feed.position > s.cursor AND feed.position <= head.newest
        AND (s.types IS NULL OR feed.type = ANY(s.types)) AND feed.recorded_at < now() + interval '1 day'))`;

/**
 * Who serves which subscription. Each is served by one process at a time, so that its events come in order; everything a
 * process writes about it is written only while the lease is still its own. A process that was killed loses its leases
 * when they run out, and its system loses them when it changes the subscription.
 */
@Injectable()
export class SubscriptionLeases {
  constructor(private readonly database: DataSource) {}

  /** Takes subscriptions for which there is something to do now, those first that were served the longest ago. */
  async claim({ kinds, failing, limit }: ClaimRequest): Promise<Leased[]> {
    return updated<Leased>(
      this.database.manager,
      `UPDATE subscriptions AS own SET lease = $1, leased_until = ${LEASE}
       WHERE own.id IN (
         SELECT s.id FROM subscriptions AS s JOIN systems ON systems.id = s.system_id AND systems.active
         CROSS JOIN feed_head AS head
         WHERE s.kind = ANY($2::text[]) AND (s.failures > 0) = $3 AND (s.leased_until IS NULL OR s.leased_until < now())
           AND (s.ping_asked_at IS NOT NULL
             OR s.active AND s.next_attempt_at <= now() AND s.cursor < head.newest AND ${NEWS})
         ORDER BY s.next_attempt_at LIMIT $4 FOR UPDATE OF s SKIP LOCKED)
       RETURNING ${selectList(this.database, SubscriptionEntity, 'own')}`,
      [uuidv4(), kinds, failing, limit],
    );
  }

  /** The agencies whose events it brings: never one that its system no longer acts for. */
  async agenciesOf({ systemId, agencyIds }: SubscriptionEntity): Promise<AgencyId[]> {
    const rows = await this.database.query<{ id: AgencyId }[]>(
      `SELECT agency_id AS id FROM system_agencies WHERE system_id = $1 AND ($2::uuid[] IS NULL OR agency_id = ANY($2))`,
      [systemId, agencyIds],
    );
    return rows.map(({ id }) => id);
  }

  /** Everything up to `cursor` has been taken. @returns false when the subscription is not ours any more */
  advance(own: Leased, cursor: number): Promise<boolean> {
    return this.write(
      own,
      `cursor = $3, failures = 0, failing_since = NULL, next_attempt_at = now(), delivered_at = now()`,
      [cursor],
    );
  }

  /** Nothing up to `cursor` concerns it. @returns false when the subscription is not ours any more */
  skip(own: Leased, cursor: number): Promise<boolean> {
    return this.write(own, `cursor = $3`, [cursor]);
  }

  /** An attempt failed; the next one is in `retryInMs`. @returns false when the subscription is not ours any more */
  fail(own: Leased, failure: PushFailure, retryInMs: number): Promise<boolean> {
    return this.write(
      own,
      `failures = failures + 1, failing_since = coalesce(failing_since, now()), failure = $3,
       next_attempt_at = now() + $4 * interval '1 millisecond'`,
      [noted(failure), retryInMs],
    );
  }

  /** Nothing more is brought. @returns false when the subscription is not ours any more */
  disable(manager: EntityManager, own: Leased, failure: PushFailure, disabled: Disablement): Promise<boolean> {
    return this.write(
      own,
      `active = false, failures = failures + 1, failing_since = coalesce(failing_since, now()), failure = $3, disabled = $4`,
      [noted(failure), JSON.stringify(disabled)],
      manager,
    );
  }

  /** What became of a ping. @returns false when the subscription is not ours any more */
  pinged(own: Leased, outcome: PingOutcome): Promise<boolean> {
    return this.write(own, `ping_asked_at = NULL, ping = $3`, [JSON.stringify(outcome)]);
  }

  async release({ id, lease }: Leased): Promise<void> {
    await this.database.query(
      'UPDATE subscriptions SET lease = NULL, leased_until = NULL WHERE id = $1 AND lease = $2',
      [id, lease],
    );
  }

  /**
   * Brings cursors up to the newest event where none of those between concerned the subscription, so that a quiet one
   * does not fall behind what is kept.
   */
  async catchUp(): Promise<void> {
    await this.database.query(
      `UPDATE subscriptions AS s SET cursor = head.newest FROM feed_head AS head
       WHERE s.active AND s.cursor < head.newest AND (s.leased_until IS NULL OR s.leased_until < now()) AND NOT ${NEWS}`,
    );
  }

  private async write(
    { id, lease }: Leased,
    set: string,
    values: unknown[],
    manager: EntityManager = this.database.manager,
  ): Promise<boolean> {
    const rows = await updated(
      manager,
      `UPDATE subscriptions SET leased_until = ${LEASE}, ${set} WHERE id = $1 AND lease = $2 RETURNING id`,
      [id, lease, ...values],
    );
    return rows.length > 0;
  }
}

const noted = (failure: PushFailure): string => JSON.stringify({ ...failure, at: new Date().toISOString() });
