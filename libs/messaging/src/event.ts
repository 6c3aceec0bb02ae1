import { v7 as uuidv7 } from 'uuid';

/**
 * What travels between services: a CloudEvents 1.0 event. Its data is a claim check (ids, hashes), never the document itself.
 */
export interface EventEnvelope<T = unknown> {
  /** UUIDv7. The same event published twice keeps its id: consumers recognise a repeat by it. */
  readonly id: string;
  /** What happened, for example `document.submitted`. Also the routing key. */
  readonly type: string;
  /** The id of the document or delivery it happened to. */
  readonly subject: string;
  /** The service that says so, for example `gateway`. */
  readonly source: string;
  /** When it happened: RFC 3339, UTC. */
  readonly time: string;
  /** W3C trace context (CloudEvents distributed tracing extension). */
  readonly traceparent?: string;
  readonly data: T;
}

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
