import { setTimeout as pause } from 'node:timers/promises';

/** How long a broker gets for its answer to a farewell, in ms. */
export const farewellMs = 3_000;

/** Waits for the promise, but no longer than `ms`; undefined when that was too short. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, pause(ms, undefined, { ref: false })]);
}
