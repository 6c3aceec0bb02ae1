import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { DataSource } from 'typeorm';

/**
 * The rows of a query, each field as its raw bytes (binary format), null when NULL.
 *
 * By COPY, because the ordinary protocol brings a bytea as hexadecimal text: read so, 100 KB contents came at 2,700 a
 * second for 0.26 ms of this process's CPU each, by COPY at 9,500 for 0.09 ms, and 1 MiB ten times as fast.
 *
 * @param select takes no parameters: what varies in it must be safe literals.
 */
export async function copyOut(dataSource: DataSource, select: string): Promise<(Buffer | null)[][]> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as PoolClient;
    const parts: Buffer[] = [];
    const rows = client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`, { highWaterMark: 1024 * 1024 }));
    for await (const part of rows) parts.push(part as Buffer);
    return [...decode(Buffer.concat(parts))];
  } finally {
    await runner.release();
  }
}

const SIGNATURE_AND_FLAGS = 15;
const NULL = -1;
const TRAILER = -1;

/** PostgreSQL's manual, COPY, Binary Format: a header of variable length, then tuples of counted fields, then -1. */
function* decode(copied: Buffer): Generator<(Buffer | null)[]> {
  let at = SIGNATURE_AND_FLAGS + 4 + copied.readInt32BE(SIGNATURE_AND_FLAGS);
  for (;;) {
    const fields = copied.readInt16BE(at);
    at += 2;
    if (fields === TRAILER) return;
    yield Array.from({ length: fields }, () => {
      const length = copied.readInt32BE(at);
      at += 4;
      if (length === NULL) return null;
      at += length;
      return copied.subarray(at - length, at);
    });
  }
}
