import { FirstSchema1763700000000 } from './1763700000000-first-schema';
import { LifeOfADocument1763800000000 } from './1763800000000-life-of-a-document';
import { DirectoryVersions1763800100000 } from './1763800100000-directory-versions';
import { FeedAndSubscriptions1763800200000 } from './1763800200000-feed-and-subscriptions';
import { DeadlinesAndRetention1763800300000 } from './1763800300000-deadlines-and-retention';
import { Vxp1763800400000 } from './1763800400000-vxp';

/** In their order; only ever appended to. */
export const migrations = [
  FirstSchema1763700000000,
  LifeOfADocument1763800000000,
  DirectoryVersions1763800100000,
  FeedAndSubscriptions1763800200000,
  DeadlinesAndRetention1763800300000,
  Vxp1763800400000,
] as const;
