import { FirstSchema1763700000000 } from './1763700000000-first-schema';
import { LifeOfADocument1763800000000 } from './1763800000000-life-of-a-document';

/** In their order; only ever appended to. */
export const migrations = [FirstSchema1763700000000, LifeOfADocument1763800000000] as const;
