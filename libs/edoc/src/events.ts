import type { DeliveryId, DocumentId, StatusId } from './ids';
import type { ProblemCode } from './problems';
import type { StatusCode } from './status';

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
  /** One event for all deliveries of a document, so that 1,000 addressees are not 1,000 messages. */
  | { readonly type: 'delivery.routed'; readonly data: { readonly documentId: DocumentId } }
  | {
      readonly type: 'delivery.available';
      readonly data: { readonly documentId: DocumentId; readonly deliveryId: DeliveryId };
    }
  | {
      readonly type: 'delivery.handed_over';
      readonly data: { readonly documentId: DocumentId; readonly deliveryId: DeliveryId };
    }
  | {
      readonly type: 'delivery.status';
      readonly data: {
        readonly documentId: DocumentId;
        readonly deliveryId: DeliveryId;
        readonly statusId: StatusId;
        readonly code: StatusCode;
      };
    }
  | {
      readonly type: 'delivery.failed';
      readonly data: {
        readonly documentId: DocumentId;
        readonly deliveryId: DeliveryId;
        readonly code: ProblemCode;
      };
    };

export type EventType = AxisEvent['type'];

export type EventOf<Type extends EventType> = Extract<AxisEvent, { type: Type }>;

export type EventData<Type extends EventType> = EventOf<Type>['data'];
