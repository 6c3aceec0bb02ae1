import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema.
 *
 * Ids are UUIDv7, so an id carries its time: every table that grows is partitioned by the UTC month of the document's
 * id, and all rows about one document lie in the same month. A month is detached or dropped whole when its time is over.
 */
export class FirstSchema1763700000000 implements MigrationInterface {
  readonly name = 'FirstSchema1763700000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(DIRECTORY);
    await db.query(SYSTEMS);
    await db.query(DOCUMENTS);
    await db.query(CONTENT);
    await db.query(DELIVERIES);
    await db.query(RECEIPTS);
    await db.query(OUTBOX);
    await db.query(PARTITIONS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations are forward-only: restore a backup to go back.'));
  }
}

const DIRECTORY = `
  CREATE TABLE agencies (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    name text NOT NULL,
    short_name text,
    level smallint NOT NULL,
    parent_id uuid REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    status text NOT NULL CHECK (status IN ('active', 'closed')),
    successor_id uuid REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    closed_on date,
    email text,
    phone text,
    sample boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE UNIQUE INDEX agencies_code ON agencies (code);
  CREATE INDEX agencies_parent ON agencies (parent_id);
  CREATE INDEX agencies_successor ON agencies (successor_id);

  -- Every code an agency is or was known by, of both generations.
  CREATE TABLE agency_codes (
    code text PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    generation text NOT NULL CHECK (generation IN ('old', 'new', 'other'))
  );
  CREATE INDEX agency_codes_agency ON agency_codes (agency_id);

  -- Whose certificates sign for an agency: its own seal, and its competent persons.
  CREATE TABLE agency_signers (
    agency_id uuid NOT NULL REFERENCES agencies,
    subject text NOT NULL,
    role text NOT NULL CHECK (role IN ('person', 'agency')),
    PRIMARY KEY (agency_id, subject)
  );
`;

const SYSTEMS = `
  -- The document systems (DMSs) that are joined, and the agencies each may act for.
  CREATE TABLE systems (
    id uuid PRIMARY KEY,
    client_id text NOT NULL,
    name text NOT NULL,
    secret_sha256 bytea NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE UNIQUE INDEX systems_client_id ON systems (client_id);

  CREATE TABLE system_agencies (
    system_id uuid NOT NULL REFERENCES systems,
    agency_id uuid NOT NULL REFERENCES agencies,
    PRIMARY KEY (system_id, agency_id)
  );
  CREATE INDEX system_agencies_agency ON system_agencies (agency_id);

  CREATE TABLE access_tokens (
    token_sha256 bytea PRIMARY KEY,
    system_id uuid NOT NULL REFERENCES systems,
    expires_at timestamptz NOT NULL
  );
  CREATE INDEX access_tokens_expires_at ON access_tokens (expires_at);
`;

const DOCUMENTS = `
  CREATE TABLE documents (
    id uuid PRIMARY KEY,
    system_id uuid NOT NULL,
    from_agency_id uuid NOT NULL,
    from_code text NOT NULL,
    reference text NOT NULL,
    number text NOT NULL,
    notation text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    promulgated_on date NOT NULL,
    urgency smallint NOT NULL,
    details jsonb NOT NULL,
    addressees jsonb NOT NULL,
    seal boolean NOT NULL,
    seal_falls_short boolean NOT NULL DEFAULT false,
    state text NOT NULL CHECK (state IN ('submitted', 'verified', 'routed', 'rejected')),
    signatures jsonb,
    rejection jsonb,
    submitted_at timestamptz NOT NULL,
    verified_at timestamptz,
    routed_at timestamptz
  ) PARTITION BY RANGE (id);
  CREATE INDEX documents_from ON documents (from_agency_id, id);
  CREATE INDEX documents_seal_falls_short ON documents (id) WHERE seal_falls_short;

  CREATE TABLE document_files (
    document_id uuid NOT NULL,
    position smallint NOT NULL,
    role text NOT NULL CHECK (role IN ('main', 'attachment')),
    name text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    submitted_sha256 bytea NOT NULL,
    PRIMARY KEY (document_id, position)
  ) PARTITION BY RANGE (document_id);

  -- A document's own id (OrganId,yyyy/MM/dd,Number/Notation) is taken once; a rejected document gives it back.
  CREATE TABLE document_references (
    year smallint NOT NULL,
    reference text NOT NULL,
    document_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    PRIMARY KEY (year, reference)
  ) PARTITION BY LIST (year);
  CREATE TABLE document_references_other_years PARTITION OF document_references DEFAULT;

  CREATE TABLE idempotency_keys (
    system_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    document_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (system_id, key)
  );
  CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
`;

const CONTENT = `
  -- One copy of each content a month, however many documents and addressees name it: a small one in its row, a large
  -- one in chunks of 256 KiB. EXTERNAL: signed PDFs and archives do not compress, and a slice is read without the rest.
  CREATE TABLE contents (
    month date NOT NULL,
    sha256 bytea NOT NULL,
    size bigint NOT NULL,
    bytes bytea,
    content_id uuid,
    PRIMARY KEY (month, sha256),
    CONSTRAINT contents_whole_or_chunked CHECK ((bytes IS NULL) <> (content_id IS NULL))
  ) PARTITION BY RANGE (month);

  CREATE TABLE content_chunks (
    month date NOT NULL,
    content_id uuid NOT NULL,
    position integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (month, content_id, position)
  ) PARTITION BY RANGE (month);

  ALTER TABLE contents ALTER bytes SET STORAGE EXTERNAL;
  ALTER TABLE content_chunks ALTER bytes SET STORAGE EXTERNAL;

  -- Contents whose chunks are being written: those a crash leaves silent here are swept away.
  CREATE TABLE uploads (
    content_id uuid PRIMARY KEY,
    month date NOT NULL,
    touched_at timestamptz NOT NULL DEFAULT now()
  );
`;

const DELIVERIES = `
  CREATE TABLE deliveries (
    document_id uuid NOT NULL,
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    requested_as text[] NOT NULL,
    succession text[] NOT NULL,
    state text NOT NULL,
    recall text NOT NULL DEFAULT 'none',
    reason text,
    problem jsonb,
    routed_at timestamptz NOT NULL,
    available_at timestamptz,
    handed_over_at timestamptz,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (document_id, id)
  ) PARTITION BY RANGE (document_id);
  CREATE UNIQUE INDEX deliveries_once ON deliveries (document_id, agency_id);
  CREATE INDEX deliveries_inbox ON deliveries (agency_id, id) WHERE state = 'available';
  CREATE INDEX deliveries_waiting ON deliveries (available_at) WHERE state = 'available';

  -- Every status ever received, in the order of its arrival; never changed.
  CREATE TABLE delivery_statuses (
    document_id uuid NOT NULL,
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    system_id uuid NOT NULL,
    code text NOT NULL,
    effect text NOT NULL CHECK (effect IN ('advanced', 'late', 'repeated')),
    reason text,
    staff jsonb,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (document_id, id)
  ) PARTITION BY RANGE (document_id);
  CREATE INDEX delivery_statuses_delivery ON delivery_statuses (document_id, delivery_id, id);
`;

const RECEIPTS = `
  -- Signed evidence, one row an event; append-only.
  CREATE TABLE receipts (
    document_id uuid NOT NULL,
    id uuid NOT NULL,
    delivery_id uuid,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    jws text NOT NULL,
    PRIMARY KEY (document_id, id)
  ) PARTITION BY RANGE (document_id);
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END
  $$;
  CREATE TRIGGER receipts_append_only BEFORE UPDATE OR DELETE ON receipts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER delivery_statuses_append_only BEFORE UPDATE OR DELETE ON delivery_statuses
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
`;

const OUTBOX = `
  -- Events committed with the state they tell of, waiting for the relay. Emptied as they are confirmed by the broker.
  CREATE TABLE outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    source text NOT NULL,
    traceparent text,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
`;

const PARTITIONS = `
  -- The smallest UUIDv7 of a month (UTC): 48 bits of Unix milliseconds, then zeros (RFC 9562 §5.7).
  CREATE FUNCTION uuid_floor(month date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM month::timestamp) * 1000)::bigint), 12, '0'), 32, '0')::uuid
  $$;

  -- Attaching takes a lock that lets reads and writes go on, where CREATE TABLE … PARTITION OF would hold up all of them.
  CREATE FUNCTION add_partition(parent text, suffix text, bounds text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      IF to_regclass(quote_ident(parent || suffix)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent || suffix, parent);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES %s', parent, parent || suffix, bounds);
      END IF;
    END
  $$;

  -- Creates what is missing of the partitions for the months from first to last; safe to call at any time, by many.
  CREATE FUNCTION ensure_partitions(first date, last date) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      month date := date_trunc('month', first::timestamp);
      following date;
      suffix text;
      bounds text;
      grown text;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
      WHILE month <= last LOOP
        following := month + interval '1 month';
        suffix := to_char(month, '_YYYY_MM');
        bounds := format('FROM (%L) TO (%L)', uuid_floor(month), uuid_floor(following));
        FOREACH grown IN ARRAY ARRAY['documents', 'document_files', 'deliveries', 'delivery_statuses', 'receipts'] LOOP
          PERFORM add_partition(grown, suffix, bounds);
        END LOOP;
        bounds := format('FROM (%L) TO (%L)', month, following);
        FOREACH grown IN ARRAY ARRAY['contents', 'content_chunks'] LOOP
          PERFORM add_partition(grown, suffix, bounds);
        END LOOP;
        PERFORM add_partition('document_references', to_char(month, '_YYYY'),
          format('IN (%s)', extract(year FROM month)));
        month := following;
      END LOOP;
    END
  $$;
`;
