import type { AxisEvent, EventData, EventOf } from './events';
import { newAgencyId, newDeliveryId, newDocumentId, newStatusId } from './ids';

it('an event is known by its type', () => {
  const documentId = newDocumentId();
  const status: EventData<'delivery.status'> = {
    documentId,
    deliveryId: newDeliveryId(documentId),
    statusId: newStatusId(),
    code: '03',
  };
  const events: AxisEvent[] = [
    { type: 'document.submitted', data: { documentId } },
    { type: 'delivery.status', data: status },
  ];
  const statuses = events.filter((event): event is EventOf<'delivery.status'> => event.type === 'delivery.status');
  expect(statuses.map((event) => event.data.code)).toEqual(['03']);
});

it('a batch of 1,000 deliveries still fits a small message', () => {
  const documentId = newDocumentId();
  const event: EventOf<'delivery.routed'> = {
    type: 'delivery.routed',
    data: {
      documentId,
      deliveries: Array.from({ length: 1000 }, () => ({
        deliveryId: newDeliveryId(documentId),
        agencyId: newAgencyId(),
      })),
    },
  };
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(128 * 1024);
});
