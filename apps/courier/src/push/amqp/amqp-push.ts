import { Injectable } from '@nestjs/common';
import { type QueuedEvent, QueueWriter, type WriteFailure, type Written } from '@axis/messaging';
import type { AmqpSettings, CloudEvent, Leased } from '@axis/storage';
import type { Outcome, Push } from '../push';

const REASONS: Readonly<Record<WriteFailure, string>> = {
  full: 'the queue is full: what waits in it is not consumed',
  missing: 'the queue is not there: ask for it again (PUT /v1/subscriptions/amqp)',
  unavailable: 'the broker does not take it',
};

/** A question to our own broker: whoever consumes again is not kept waiting. */
const RETRY_WITHIN_MS = 30_000;

/** Puts events into the queue that a system has on the broker: CloudEvents 1.0 by the AMQP binding, in binary mode. */
@Injectable()
export class AmqpPush implements Push {
  readonly kind = 'amqp';

  constructor(private readonly queues: QueueWriter) {}

  async send(subscription: Leased, events: readonly CloudEvent[], signal: AbortSignal): Promise<Outcome> {
    const { queue } = subscription.settings as AmqpSettings;
    const result = await orLeave(this.queues.write(queue, events.map(asQueued)), signal);
    const { written: taken, failure } = result;
    return { taken, ...(failure && { failure: { reason: REASONS[failure], retryWithinMs: RETRY_WITHIN_MS } }) };
  }
}

/** The content type is the message's own (CloudEvents AMQP binding §3.1.1). */
function asQueued({ data, datacontenttype: _, ...attributes }: CloudEvent): QueuedEvent {
  return { attributes, data };
}

/** What is left in the middle comes once more. */
function orLeave(writing: Promise<Written>, signal: AbortSignal): Promise<Written> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      resolve({ written: 0, failure: 'unavailable' });
    };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    writing.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', leave);
    });
  });
}
