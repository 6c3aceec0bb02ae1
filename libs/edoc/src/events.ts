import type { DeliveryId, DocumentId, StatusId } from './ids';
import type { ProblemCode } from './problems';
import type { StatusCode } from './status';

interface DeliveryEvent<Type extends string, More = unknown> {
  readonly type: Type;
  readonly data: { readonly documentId: DocumentId; readonly deliveryId: DeliveryId } & More;
}

/** Why the receiver never gets to see it: it was recalled, taken off the list, or gets what takes its place. */
export type WithdrawalCause = 'recall' | 'removal' | 'update' | 'replace';

/** Which time limit of a delivery: to be acknowledged, or to be completed. */
export type OverdueStep = 'acknowledge' | 'process';

/**
 * What the services tell one another. Small on purpose (claim check): an event names the document, and whoever handles
 * it reads the rest from storage.
 */
export type AxisEvent =
  | { readonly type: 'document.submitted'; readonly data: { readonly documentId: DocumentId } }
  | { readonly type: 'document.verified'; readonly data: { readonly documentId: DocumentId } }
  | {
      readonly type: 'document.rejected';
      readonly data: { readonly documentId: DocumentId; readonly code: ProblemCode };
    }
  /** Recalled by its sender before it was routed. */
  | { readonly type: 'document.withdrawn'; readonly data: { readonly documentId: DocumentId } }
  /** Its content left the axis by the retention policy; its evidence stays. */
  | { readonly type: 'document.expired'; readonly data: { readonly documentId: DocumentId } }
  /** One event for all deliveries of a document, so that 1,000 addressees are not 1,000 messages. */
  | { readonly type: 'delivery.routed'; readonly data: { readonly documentId: DocumentId } }
  /** A receiver passed the document on to an agency below it: one more delivery, routed. */
  | DeliveryEvent<'delivery.forwarded'>
  | DeliveryEvent<'delivery.available'>
  | DeliveryEvent<'delivery.handed_over'>
  /** Ended before the receiver read any of it, which therefore never sees it. */
  | DeliveryEvent<'delivery.withdrawn', { readonly cause: WithdrawalCause }>
  /** Ended after the receiver had it, by the axis's policy (QĐ 28/2018/QĐ-TTg Điều 9). */
  | DeliveryEvent<'delivery.recalled'>
  /** The receiver was taken off the list after it had the document. */
  | DeliveryEvent<'delivery.removed'>
  /** Another document updates or replaces this one for this receiver. */
  | DeliveryEvent<'delivery.superseded', { readonly by: DocumentId; readonly how: 'update' | 'replace' }>
  /** A time limit has passed; told once for each step. */
  | DeliveryEvent<'delivery.overdue', { readonly step: OverdueStep }>
  | DeliveryEvent<'delivery.status', { readonly statusId: StatusId; readonly code: StatusCode }>
  | DeliveryEvent<'delivery.failed', { readonly code: ProblemCode }>;

export type EventType = AxisEvent['type'];

export type EventOf<Type extends EventType> = Extract<AxisEvent, { type: Type }>;

export type EventData<Type extends EventType> = EventOf<Type>['data'];
