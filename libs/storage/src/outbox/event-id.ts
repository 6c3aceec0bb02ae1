import { createHash } from 'node:crypto';
import type { AxisEvent, DeliveryId, DocumentId, EventType, OverdueStep, StatusId } from '@axis/edoc';
import { v7 } from 'uuid';

/** What tells an event from all others of its type and time; the rest of its data follows from that. */
interface Identity {
  readonly documentId: DocumentId;
  readonly deliveryId?: DeliveryId;
  readonly statusId?: StatusId;
  readonly step?: OverdueStep;
}

/**
 * An event's id follows from what happened and when: told again, even after every trace of it was lost, it is the same event,
 * and whoever knows it already does nothing. UUIDv7 (RFC 9562 §5.7) of the time, to the millisecond, that is stored with
 * what happened.
 */
export function eventId({ type, data }: AxisEvent, at: Date): string {
  const { documentId, deliveryId, statusId, step }: Identity = data;
  const identity = JSON.stringify([type, documentId, deliveryId, statusId, step]);
  const digest = createHash('sha256').update(identity).digest();
  const place = ORDER[type] + (step === 'process' ? 1 : 0);
  const seq = place * 2 ** 27 + (digest.readUInt32BE(0) >>> 5);
  return v7({ msecs: at.getTime(), seq, random: digest.subarray(4) });
}

/** Of one millisecond, the earlier in a document's life comes first (up to 31). Ids are made of these numbers: none is ever changed. */
const ORDER = {
  'document.submitted': 0,
  'document.verified': 1,
  'document.rejected': 2,
  'document.withdrawn': 3,
  'delivery.forwarded': 4,
  'delivery.routed': 5,
  'delivery.available': 6,
  'delivery.failed': 7,
  'delivery.handed_over': 8,
  'delivery.status': 9,
  // To be acknowledged, and 11 to be processed.
  'delivery.overdue': 10,
  'delivery.withdrawn': 12,
  'delivery.recalled': 13,
  'delivery.removed': 14,
  'delivery.superseded': 15,
  'document.expired': 16,
} as const satisfies Record<EventType, number>;
