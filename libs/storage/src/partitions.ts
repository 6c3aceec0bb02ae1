import type { DataSource } from 'typeorm';

const MONTHS_AHEAD = 3;

/** Creates what is missing of the partitions from last month to three months ahead (UTC). Safe to call by many at once. */
export async function ensurePartitions(dataSource: DataSource, now = new Date()): Promise<void> {
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + MONTHS_AHEAD, 1));
  await dataSource.query('SELECT ensure_partitions($1::date, $2::date)', [isoDate(first), isoDate(last)]);
}

const isoDate = (time: Date): string => time.toISOString().slice(0, 10);
