import { CHUNK_BYTES } from './limits';

/** Pieces of a content as rows `(position, bytes)` of a VALUES list, and the parameters they stand for. */
export interface ChunkRows {
  readonly count: number;
  readonly values: string;
  readonly parameters: readonly (number | Buffer)[];
}

/**
 * @param position of the first chunk
 * @param taken how many parameters of the statement come before
 */
export function chunkRows(bytes: Buffer, position: number, taken: number): ChunkRows {
  const values: string[] = [];
  const parameters: (number | Buffer)[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const next = taken + parameters.length + 1;
    values.push(`($${next}::integer, $${next + 1}::bytea)`);
    parameters.push(position + values.length - 1, bytes.subarray(at, at + CHUNK_BYTES));
  }
  return { count: values.length, values: values.join(', '), parameters };
}
