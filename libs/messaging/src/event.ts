import type { EventEnvelope } from '@axis/platform';
import { v7 as uuidv7 } from 'uuid';

/** An event as a consumer gets it. */
export interface Incoming<T = unknown> {
  readonly event: EventEnvelope<T>;
  /** 1 the first time; one more after each handling that threw. */
  readonly attempt: number;
  /** True when the broker has handed this message out before: a consumer vanished without an answer. */
  readonly redelivered: boolean;
}

/** A new event: gives it its id, and the present time unless told otherwise. */
export function newEvent<T>(
  event: Omit<EventEnvelope<T>, 'id' | 'time'> & Partial<Pick<EventEnvelope<T>, 'id' | 'time'>>,
): EventEnvelope<T> {
  return { id: uuidv7(), time: new Date().toISOString(), ...event };
}
