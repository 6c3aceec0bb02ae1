const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;
const LONGEST_WISH_MS = 24 * 60 * 60_000;

/**
 * How long to wait after so many failures in a row: twice as long each time, a quarter of an hour at most, and of that a
 * random part between half and all, so that those who failed together do not come back together.
 * @param wishMs what the receiver asked for (Retry-After), a day at most
 */
export function backOffMs(failures: number, wishMs = 0, random = Math.random()): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return Math.max(longest * (0.5 + random / 2), Math.min(wishMs, LONGEST_WISH_MS));
}
