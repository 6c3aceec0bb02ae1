import type { FeedEntity } from './feed.entity';

/**
 * An event as systems outside get it, by whatever way: CloudEvents 1.0 in its JSON form. The same however often it is
 * read or sent.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The axis's event (its receipt has the same id) and the role in which the agency is told: an agency's own copy of it. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The delivery or document it happened to. */
  readonly subject: string;
  /** When it happened. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Where to go on after it; absent of what is not in the feed. */
  readonly cursor?: string;
  readonly data: object;
}

const SOURCE = '/axis';

export function cloudEventOf(entry: FeedEntity): CloudEvent {
  const { id, role, type, documentId, deliveryId, occurredAt, position, data } = entry;
  return {
    specversion: '1.0',
    id: `${id}-${role}`,
    source: SOURCE,
    type,
    subject: deliveryId ?? documentId ?? id,
    time: occurredAt.toISOString(),
    datacontenttype: 'application/json',
    cursor: position,
    data: { role, ...data },
  };
}

/** What a subscription is tried out with; it is in no feed. */
export function pingEvent(id: string, subscriptionId: string, time: Date): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: SOURCE,
    type: 'subscription.ping',
    subject: subscriptionId,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    data: { subscriptionId },
  };
}
