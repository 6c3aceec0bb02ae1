/**
 * What travels between services: a CloudEvents 1.0 event. Its data is a claim check (ids, hashes), never the document
 * itself.
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

/** `confirmed`: the broker has it for good. Otherwise why this one was not taken; the others are not touched by it. */
export type PublishOutcome = 'confirmed' | { readonly failed: string };

/** Hands events to the broker. Only the outbox relay calls it: nothing is published that was not committed. */
export interface EventPublisher {
  /**
   * @returns what became of each event, in their order.
   * @throws when nothing can be published just now, for example because the broker is away.
   */
  publish(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]>;
}

/** Injection token of the `EventPublisher`. */
export const EVENT_PUBLISHER = Symbol('EVENT_PUBLISHER');
