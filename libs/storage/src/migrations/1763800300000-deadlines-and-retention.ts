import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of deliveries, overdue ones, registers of incoming documents, and which contents nobody names any more. */
export class DeadlinesAndRetention1763800300000 implements MigrationInterface {
  readonly name = 'DeadlinesAndRetention1763800300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(DELIVERIES);
    await db.query(RETENTION);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations are forward-only: restore a backup to go back.'));
  }
}

const OWES_ACKNOWLEDGEMENT = `state IN ('available') AND superseded_by IS NULL`;
const OWES_PROCESSING = `state IN ('available', 'handed_over', 'arrived', 'accepted', 'assigned', 'processing') AND superseded_by IS NULL`;
const OVERDUE = `(acknowledge_overdue_at IS NOT NULL AND ${OWES_ACKNOWLEDGEMENT})
  OR (process_overdue_at IS NOT NULL AND ${OWES_PROCESSING})`;

const DELIVERIES = `
  ALTER TABLE deliveries ADD COLUMN registered_at timestamptz;

  CREATE INDEX deliveries_received ON deliveries (agency_id, id);
  CREATE INDEX deliveries_sent ON deliveries (sender_agency_id, id);

  CREATE INDEX deliveries_acknowledge_due ON deliveries (acknowledge_by)
    WHERE acknowledge_overdue_at IS NULL AND ${OWES_ACKNOWLEDGEMENT};
  CREATE INDEX deliveries_process_due ON deliveries (process_by)
    WHERE process_by IS NOT NULL AND process_overdue_at IS NULL AND ${OWES_PROCESSING};
  CREATE INDEX deliveries_overdue_received ON deliveries (agency_id, id) WHERE ${OVERDUE};
  CREATE INDEX deliveries_overdue_sent ON deliveries (sender_agency_id, id) WHERE ${OVERDUE};
`;

const RETENTION = `
  CREATE INDEX documents_kept ON documents (id) WHERE expired_at IS NULL;

  -- Who else names a content: a file as it is delivered, and as it was sent where that is another.
  CREATE INDEX document_files_content ON document_files (sha256);
  CREATE INDEX document_files_submitted ON document_files (submitted_sha256) WHERE submitted_sha256 <> sha256;
`;
