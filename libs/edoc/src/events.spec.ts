import type { AxisEvent, EventData, EventOf } from './events';
import { newDeliveryId, newDocumentId, newStatusId } from './ids';

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
