import { z } from 'zod';

/** Every list is paged: `limit` items after `cursor`, which is the `next` of the page before. */
export const pageQuery = {
  cursor: z.uuid({ version: 'v7' }).optional().describe('the `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
};

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of the next page; null when this is the last. */
  readonly next: string | null;
}

/** Rows were read one more than `limit`: the one more says that there is a next page. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => string,
  view: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(view), next: rows.length > limit && last !== undefined ? idOf(last) : null };
}
