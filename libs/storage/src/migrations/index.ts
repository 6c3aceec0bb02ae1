import { FirstSchema1763700000000 } from './1763700000000-first-schema';

/** In their order; only ever appended to. */
export const migrations = [FirstSchema1763700000000] as const;
