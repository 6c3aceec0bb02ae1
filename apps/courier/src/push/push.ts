import type { CloudEvent, Leased, PushFailure, SubscriptionKind } from '@axis/storage';

/** What became of the events that were sent. */
export interface Outcome {
  /** How many of them, from the first, the receiver has taken for good. */
  readonly taken: number;
  /** Why the next one was not taken. Absent: nothing failed; what is left of the events is sent next. */
  readonly failure?: Failure;
}

export interface Failure extends PushFailure {
  /** The receiver asks not to be tried again sooner. */
  readonly retryAfterMs?: number;
  /** It costs little to see whether it goes again: to be tried no later. */
  readonly retryWithinMs?: number;
  /** The receiver wants nothing more, ever. */
  readonly gone?: boolean;
}

/** One way to bring events to a system. Everything else, from cursor to disablement, is the same for all ways. */
export interface Push {
  readonly kind: SubscriptionKind;
  /**
   * Sends events in their order, at least once; after a failure, the rest is not tried.
   *
   * Answers within half a lease (30 s): it takes as many as go in that time. What the receiver does is told by the outcome;
   * it throws when the axis itself cannot go on.
   * @param signal aborted when the process stops: what is in hand may be left
   */
  send(subscription: Leased, events: readonly CloudEvent[], signal: AbortSignal): Promise<Outcome>;
}

/** Injection token of every `Push` there is: `readonly Push[]`. */
export const PUSHES = Symbol('PUSHES');
