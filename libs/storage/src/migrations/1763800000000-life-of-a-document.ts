import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers, recalls, updates, replacements and forwarding; and partitions by a table instead of by names in code. */
export class LifeOfADocument1763800000000 implements MigrationInterface {
  readonly name = 'LifeOfADocument1763800000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(PARTITIONS);
    await db.query(DOCUMENTS);
    await db.query(DELIVERIES);
    await db.query(LINKS);
    await db.query(STATUS_MESSAGES);
    await db.query(ARRIVAL_REGISTERS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations are forward-only: restore a backup to go back.'));
  }
}

const PARTITIONS = `
  -- Tables with a partition for every month: by the UUIDv7 of the document ('id'), by a date ('month') or by a time ('time').
  CREATE TABLE partitioned_tables (
    name text PRIMARY KEY,
    part_by text NOT NULL CHECK (part_by IN ('id', 'month', 'time'))
  );
  INSERT INTO partitioned_tables (name, part_by) VALUES
    ('documents', 'id'), ('document_files', 'id'), ('document_links', 'id'), ('deliveries', 'id'),
    ('delivery_statuses', 'id'), ('status_messages', 'id'), ('receipts', 'id'),
    ('contents', 'month'), ('content_chunks', 'month');

  -- Creates what is missing of the partitions for the months (UTC) from first to last; safe to call at any time, by many.
  CREATE OR REPLACE FUNCTION ensure_partitions(first date, last date) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      month date := date_trunc('month', first::timestamp);
      following date;
      suffix text;
      grown record;
      bounds text;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
      WHILE month <= last LOOP
        following := month + interval '1 month';
        suffix := to_char(month, '_YYYY_MM');
        FOR grown IN SELECT name, part_by FROM partitioned_tables ORDER BY name LOOP
          bounds := CASE grown.part_by
            WHEN 'id' THEN format('FROM (%L) TO (%L)', uuid_floor(month), uuid_floor(following))
            WHEN 'month' THEN format('FROM (%L) TO (%L)', month, following)
            ELSE format('FROM (%L) TO (%L)', month || ' 00:00:00+00', following || ' 00:00:00+00')
          END;
          PERFORM add_partition(grown.name, suffix, bounds);
        END LOOP;
        PERFORM add_partition('document_references', to_char(month, '_YYYY'),
          format('IN (%s)', extract(year FROM month)));
        month := following;
      END LOOP;
    END
  $$;
`;

const DOCUMENTS = `
  ALTER TABLE documents
    ADD COLUMN business jsonb NOT NULL DEFAULT '{"type": "new"}',
    ADD COLUMN original_id uuid,
    ADD COLUMN version smallint NOT NULL DEFAULT 1,
    ADD COLUMN claims text[],
    ADD COLUMN withdrawn_at timestamptz,
    ADD COLUMN expired_at timestamptz;
  UPDATE documents SET claims = ARRAY[reference];
  ALTER TABLE documents
    ALTER COLUMN business DROP DEFAULT,
    ALTER COLUMN version DROP DEFAULT,
    ALTER COLUMN claims SET NOT NULL,
    DROP CONSTRAINT documents_state_check,
    ADD CONSTRAINT documents_state_check
      CHECK (state IN ('submitted', 'verified', 'routed', 'rejected', 'withdrawn'));
  CREATE INDEX documents_versions ON documents (original_id, version) WHERE original_id IS NOT NULL;
`;

const DELIVERIES = `
  ALTER TABLE deliveries
    ADD COLUMN sender_agency_id uuid,
    ADD COLUMN forwarded_from uuid,
    ADD COLUMN note text,
    ADD COLUMN amendment text NOT NULL DEFAULT 'none',
    ADD COLUMN superseded_by uuid,
    ADD COLUMN fetched_at timestamptz,
    ADD COLUMN failed_at timestamptz,
    ADD COLUMN arrival_number integer,
    ADD COLUMN arrival_year smallint,
    ADD COLUMN acknowledge_by timestamptz,
    ADD COLUMN process_by timestamptz,
    ADD COLUMN acknowledge_overdue_at timestamptz,
    ADD COLUMN process_overdue_at timestamptz;
  UPDATE deliveries SET failed_at = updated_at WHERE state = 'failed';
  UPDATE deliveries AS d SET sender_agency_id = s.from_agency_id FROM documents AS s WHERE s.id = d.document_id;
  ALTER TABLE deliveries ALTER COLUMN sender_agency_id SET NOT NULL;
  CREATE INDEX deliveries_register ON deliveries (agency_id, arrival_year, arrival_number)
    WHERE arrival_number IS NOT NULL;
`;

const LINKS = `
  -- The later document names the earlier ones: those it answers, updates or replaces. Read in both directions.
  CREATE TABLE document_links (
    document_id uuid NOT NULL,
    position smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('answers', 'updates', 'replaces')),
    target_id uuid,
    target_reference text NOT NULL,
    agency_ids uuid[],
    PRIMARY KEY (document_id, position)
  ) PARTITION BY RANGE (document_id);
  CREATE INDEX document_links_target ON document_links (target_id) WHERE target_id IS NOT NULL;
  CREATE INDEX document_links_reference ON document_links (target_reference);
`;

const STATUS_MESSAGES = `
  -- What waits for an agency as an edXML message beside documents: statuses, recalls, removals. Listed until acknowledged.
  CREATE TABLE status_messages (
    document_id uuid NOT NULL,
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    form text NOT NULL CHECK (form IN ('status', 'recall', 'removal')),
    status_id uuid,
    created_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    PRIMARY KEY (document_id, id)
  ) PARTITION BY RANGE (document_id);
  CREATE INDEX status_messages_waiting ON status_messages (agency_id, created_at, id) WHERE acknowledged_at IS NULL;
`;

const ARRIVAL_REGISTERS = `
  -- The last number each agency gave to an incoming document (số đến) in a year, Vietnam time.
  CREATE TABLE arrival_registers (
    agency_id uuid NOT NULL REFERENCES agencies,
    year smallint NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (agency_id, year)
  );
`;
