import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What agencies are told of, in the order it was committed, and the systems that have it brought to them. */
export class FeedAndSubscriptions1763800200000 implements MigrationInterface {
  readonly name = 'FeedAndSubscriptions1763800200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(FEED);
    await db.query(SUBSCRIPTIONS);
    await db.query(SIGNING_KEYS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations are forward-only: restore a backup to go back.'));
  }
}

const FEED = `
  -- One row an event and agency that is told of it; partitioned by the month in which it was recorded.
  CREATE TABLE feed (
    position bigint NOT NULL,
    agency_id uuid NOT NULL,
    id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('sender', 'receiver', 'subscriber')),
    type text NOT NULL,
    document_id uuid,
    delivery_id uuid,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (id, agency_id, recorded_at)
  ) PARTITION BY RANGE (recorded_at);
  CREATE INDEX feed_agency ON feed (agency_id, position);
  INSERT INTO partitioned_tables (name, part_by) VALUES ('feed', 'time');

  -- One row. Who writes to the feed holds it until the commit, so positions are in the order of commits, and who has seen
  -- one sees no smaller one appear. Up to dropped, events are no longer kept.
  CREATE TABLE feed_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    newest bigint NOT NULL DEFAULT 0,
    dropped bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT '-infinity'
  ) WITH (fillfactor = 10);
  INSERT INTO feed_head DEFAULT VALUES;
`;

const SUBSCRIPTIONS = `
  -- Where events of a system's agencies are brought, from the cursor on.
  CREATE TABLE subscriptions (
    id uuid PRIMARY KEY,
    system_id uuid NOT NULL REFERENCES systems,
    kind text NOT NULL CHECK (kind IN ('webhook', 'amqp')),
    settings jsonb NOT NULL,
    types text[],
    agency_ids uuid[],
    secret bytea,
    previous_secret bytea,
    previous_secret_until timestamptz,
    cursor bigint NOT NULL,
    active boolean NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    failure jsonb,
    next_attempt_at timestamptz NOT NULL,
    delivered_at timestamptz,
    disabled jsonb,
    ping_asked_at timestamptz,
    ping jsonb,
    lease uuid,
    leased_until timestamptz,
    created_at timestamptz NOT NULL
  ) WITH (fillfactor = 50);
  CREATE INDEX subscriptions_system ON subscriptions (system_id, id);
`;

const SIGNING_KEYS = `
  -- Ed25519 keys by which the axis signs what it sends to subscribers; the private one sealed.
  CREATE TABLE signing_keys (
    id uuid PRIMARY KEY,
    public_key bytea NOT NULL,
    private_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
`;
