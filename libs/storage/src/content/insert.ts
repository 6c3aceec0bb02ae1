import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { chunkRows } from './chunk-rows';
import { CHUNK_BYTES, CHUNKS_AT_ONCE } from './limits';

/** A content in memory, and the first day of the month it is stored in. */
export interface HashedBytes {
  readonly month: string;
  readonly sha256: Buffer;
  readonly bytes: Buffer;
}

/** How many bytes of contents one statement carries at most: the driver holds each statement in memory once more. */
const STATEMENT_BYTES = 16 * 1024 * 1024;

/**
 * Stores contents as rows; those that are there already are held, so that retention does not remove them before this
 * transaction, which names them, has ended. One statement with a VALUES row each: as parameters
 * of their own they travel in binary; a bytea[] for unnest travels as hexadecimal text and took four times as long.
 *
 * In the order of their hashes: two transactions that store the same contents wait for one another, never in a circle.
 */
export async function insertSmall(manager: EntityManager, contents: readonly HashedBytes[]): Promise<void> {
  for (const batch of batches(inOrder(contents))) {
    for (let wanted: readonly HashedBytes[] = batch; wanted.length > 0;) wanted = await insertOrHold(manager, wanted);
  }
}

/** @returns those that were there, and were removed before they could be held */
async function insertOrHold(manager: EntityManager, contents: readonly HashedBytes[]): Promise<HashedBytes[]> {
  const rows = contents.map(
    (_, i) => `($${3 * i + 1}, $${3 * i + 2}, $${3 * i + 3}::bytea, octet_length($${3 * i + 3}))`,
  );
  const inserted = await manager.query<Key[]>(
    `INSERT INTO contents (month, sha256, bytes, size) VALUES ${rows.join(', ')} ON CONFLICT DO NOTHING
     RETURNING month, sha256`,
    contents.flatMap(({ month, sha256, bytes }) => [month, sha256, bytes]),
  );
  if (inserted.length === contents.length) return [];
  const ours = new Set(inserted.map(nameOf));
  const there = contents.filter((content) => !ours.has(nameOf(content)));
  const held = await hold(manager, there);
  return there.filter((content) => !held.has(nameOf(content)));
}

type Key = Pick<HashedBytes, 'month' | 'sha256'>;

const nameOf = ({ month, sha256 }: Key): string => `${month} ${sha256.toString('hex')}`;

/** Any number of transactions may hold a content at once; waits for one that is removing it. @returns what is there still */
async function hold(manager: EntityManager, keys: readonly Key[]): Promise<ReadonlySet<string>> {
  const rows = await manager.query<Key[]>(
    `SELECT c.month, c.sha256 FROM contents AS c
     JOIN unnest($1::date[], $2::bytea[]) AS wanted (month, sha256) ON c.month = wanted.month AND c.sha256 = wanted.sha256
     ORDER BY c.month, c.sha256 FOR KEY SHARE OF c`,
    [keys.map(({ month }) => month), keys.map(({ sha256 }) => sha256)],
  );
  return new Set(rows.map(nameOf));
}

/** Stores a large content that is in memory as chunks, unless it is there already. */
export async function insertLarge(manager: EntityManager, { month, sha256, bytes }: HashedBytes): Promise<void> {
  const contentId = v7();
  if (!(await claim(manager, month, sha256, bytes.length, contentId))) return;
  const step = CHUNK_BYTES * CHUNKS_AT_ONCE;
  for (let at = 0; at < bytes.length; at += step) {
    const chunks = chunkRows(bytes.subarray(at, at + step), at / CHUNK_BYTES, 2);
    await manager.query(
      `INSERT INTO content_chunks (month, content_id, position, bytes)
       SELECT $1::date, $2::uuid, position, bytes FROM (VALUES ${chunks.values}) AS chunk (position, bytes)`,
      [month, contentId, ...chunks.parameters],
    );
  }
}

/** Says that the content is the chunks of `contentId`; false when the month has that content already, which is then held. */
export async function claim(
  manager: EntityManager,
  month: string,
  sha256: Buffer,
  size: number,
  contentId: string,
): Promise<boolean> {
  for (;;) {
    const inserted = await manager.query<unknown[]>(
      `INSERT INTO contents (month, sha256, size, content_id) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING content_id`,
      [month, sha256, size, contentId],
    );
    if (inserted.length === 1) return true;
    if ((await hold(manager, [{ month, sha256 }])).size === 1) return false;
  }
}

export function inOrder<T extends { readonly sha256: Buffer }>(contents: readonly T[]): T[] {
  return [...contents].sort((a, b) => a.sha256.compare(b.sha256));
}

function* batches(contents: readonly HashedBytes[]): Generator<HashedBytes[]> {
  let batch: HashedBytes[] = [];
  let carried = 0;
  for (const content of contents) {
    if (batch.length > 0 && carried + content.bytes.length > STATEMENT_BYTES) {
      yield batch;
      batch = [];
      carried = 0;
    }
    batch.push(content);
    carried += content.bytes.length;
  }
  if (batch.length > 0) yield batch;
}
