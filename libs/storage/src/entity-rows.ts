import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';

/**
 * The hot paths read and write whole entities by plain SQL, many at a time: TypeORM's query builder took longer to write
 * its statements and read their answers than Postgres to execute them. What an entity's columns are is still said once.
 */

/** A select list of an entity's columns, each named as its property (after `prefix`): its rows are the entity. */
export function selectList(
  database: DataSource,
  entity: EntityTarget<ObjectLiteral>,
  alias: string,
  prefix = '',
): string {
  const { columns } = database.getMetadata(entity);
  return columns
    .map(({ databaseName, propertyName }) => `${alias}.${databaseName} AS "${prefix}${propertyName}"`)
    .join(', ');
}

/** Entities as JSON objects named as their columns, for `json_populate_recordset`. */
export function jsonRows<Entity extends ObjectLiteral>(
  database: DataSource,
  entity: EntityTarget<Entity>,
  rows: readonly Entity[],
): string {
  const { columns } = database.getMetadata(entity);
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        columns.map(({ databaseName, propertyName }) => [databaseName, asJson(row[propertyName] as unknown)]),
      ),
    ),
  );
}

/** A bytea is read from its hexadecimal form; everything else as JSON has it. */
const asJson = (value: unknown): unknown => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value);
