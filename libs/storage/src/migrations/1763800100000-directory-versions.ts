import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every change of the directory is numbered in the order of commits; codes have a history, agencies all their contacts. */
export class DirectoryVersions1763800100000 implements MigrationInterface {
  readonly name = 'DirectoryVersions1763800100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(PARTICULARS);
    await db.query(VERSIONS);
    await db.query(BOUND_TO_AGENCIES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations are forward-only: restore a backup to go back.'));
  }
}

const PARTICULARS = `
  -- serial: small and for ever the same, for clients whose protocol knows agencies by number.
  ALTER TABLE agencies
    ADD COLUMN serial integer GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN in_charge text,
    ADD COLUMN address text,
    ADD COLUMN fax text,
    ADD COLUMN website text;
  CREATE UNIQUE INDEX agencies_serial ON agencies (serial);

  -- From when to when an agency had a code; it still has one without an end.
  ALTER TABLE agency_codes ADD COLUMN since date, ADD COLUMN until date;

  -- A system registers agencies below its own; those stay its own when an administrator names others.
  ALTER TABLE system_agencies ADD COLUMN registered boolean NOT NULL DEFAULT false;
`;

const VERSIONS = `
  -- Who changes the directory waits until the one before has committed. So a number given here is never seen before a
  -- smaller one is, and who has read up to a version misses nothing below it.
  CREATE SEQUENCE directory_version;
  CREATE FUNCTION lock_directory() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtext('directory'))
  $$;
  CREATE FUNCTION wait_for_directory() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM lock_directory();
      RETURN NULL;
    END
  $$;
  CREATE FUNCTION number_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.version := nextval('directory_version');
      NEW.updated_at := now();
      RETURN NEW;
    END
  $$;

  ALTER TABLE agencies ADD COLUMN version bigint;
  UPDATE agencies SET version = nextval('directory_version');
  -- A table with checks that wait for the commit cannot be altered.
  SET CONSTRAINTS ALL IMMEDIATE;
  ALTER TABLE agencies ALTER COLUMN version SET NOT NULL;
  -- Not UNIQUE: a change of a unique column would hold up everyone whose rows refer to the agency.
  CREATE INDEX agencies_version ON agencies (version);

  -- Before any row is locked, so that two who wait for each other cannot be.
  CREATE TRIGGER agencies_wait BEFORE INSERT OR UPDATE OR DELETE ON agencies
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_directory();
  CREATE TRIGGER agencies_number BEFORE INSERT OR UPDATE ON agencies
    FOR EACH ROW EXECUTE FUNCTION number_change();
`;

const BOUND_TO_AGENCIES = `
  -- Codes, signers and systems are shown with their agency: when they change, it has. One that this transaction has
  -- numbered already (xmin) is not numbered again.
  CREATE FUNCTION renumber_agencies() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE agencies a SET version = 0
      FROM (SELECT DISTINCT agency_id FROM touched) t
      WHERE a.id = t.agency_id AND a.xmin <> pg_current_xact_id()::xid;
      RETURN NULL;
    END
  $$;
  DO $$
    DECLARE
      bound text;
    BEGIN
      FOREACH bound IN ARRAY ARRAY['agency_codes', 'agency_signers', 'system_agencies'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE ON %I
          FOR EACH STATEMENT EXECUTE FUNCTION wait_for_directory()', bound || '_wait', bound);
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS touched
          FOR EACH STATEMENT EXECUTE FUNCTION renumber_agencies()', bound || '_added', bound);
        EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I REFERENCING NEW TABLE AS touched
          FOR EACH STATEMENT EXECUTE FUNCTION renumber_agencies()', bound || '_changed', bound);
        EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS touched
          FOR EACH STATEMENT EXECUTE FUNCTION renumber_agencies()', bound || '_removed', bound);
      END LOOP;
    END
  $$;

  -- Who serves an agency is known by the system's name, as long as it is active.
  CREATE FUNCTION renumber_served() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE agencies SET version = 0
      WHERE id IN (SELECT agency_id FROM system_agencies WHERE system_id = NEW.id)
        AND xmin <> pg_current_xact_id()::xid;
      RETURN NULL;
    END
  $$;
  CREATE TRIGGER systems_wait BEFORE UPDATE ON systems
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_directory();
  CREATE TRIGGER systems_changed AFTER UPDATE ON systems FOR EACH ROW
    WHEN ((OLD.name, OLD.active) IS DISTINCT FROM (NEW.name, NEW.active)) EXECUTE FUNCTION renumber_served();
`;
