import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What calls signed by a shared secret need: the secret itself, sealed, and which signatures were used. */
export class Vxp1763800400000 implements MigrationInterface {
  readonly name = 'Vxp1763800400000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE systems ADD COLUMN secret_sealed bytea;

      CREATE TABLE used_signatures (
        hash bytea PRIMARY KEY,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX used_signatures_expires_at ON used_signatures (expires_at);

      CREATE INDEX delivery_statuses_system ON delivery_statuses (system_id, id);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations are forward-only: restore a backup to go back.'));
  }
}
