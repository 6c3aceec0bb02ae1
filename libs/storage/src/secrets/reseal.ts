import type { DataSource } from 'typeorm';
import { secretPurpose } from '../subscriptions/subscription.entity';
import { systemPurpose } from '../systems/system.store';
import type { SecretBox } from './secret-box';
import { signingKeyPurpose } from './signing-keys';

/** Every column of sealed secrets, and what each was sealed for, by the column that names its owner. */
const SEALED = [
  { table: 'systems', owner: 'client_id', column: 'secret_sealed', purposeOf: systemPurpose },
  { table: 'subscriptions', owner: 'id', column: 'secret', purposeOf: secretPurpose },
  { table: 'subscriptions', owner: 'id', column: 'previous_secret', purposeOf: secretPurpose },
  { table: 'signing_keys', owner: 'id', column: 'private_key', purposeOf: signingKeyPurpose },
] as const;

/**
 * Seals every secret that another key has sealed by the first one, all or none, so that the others are needed no more.
 * @returns how many these were
 * @throws SecretUnreadableError when the key of one is gone
 */
export async function resealSecrets(database: DataSource, box: SecretBox): Promise<number> {
  return database.transaction(async (manager) => {
    let count = 0;
    for (const { table, owner, column, purposeOf } of SEALED) {
      const rows = await manager.query<{ owner: string; sealed: Buffer }[]>(
        `SELECT ${owner} AS owner, ${column} AS sealed FROM ${table}
         WHERE substr(${column}, 1, length($1::bytea)) <> $1::bytea FOR NO KEY UPDATE`,
        [box.mark],
      );
      for (const row of rows) {
        const purpose = purposeOf(row.owner);
        const anew = box.seal(box.open(row.sealed, purpose), purpose);
        await manager.query(`UPDATE ${table} SET ${column} = $1 WHERE ${owner} = $2`, [anew, row.owner]);
      }
      count += rows.length;
    }
    return count;
  });
}
