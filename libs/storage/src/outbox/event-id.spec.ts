import { type AxisEvent, newDeliveryId, newDocumentId, newStatusId, timeOf } from '@axis/edoc';
import { eventId } from './event-id';

const at = new Date('2026-11-22T01:02:03.456Z');
const documentId = newDocumentId();
const deliveryId = newDeliveryId(documentId);
const available: AxisEvent = { type: 'delivery.available', data: { documentId, deliveryId } };

it('is the same for the same event, and of its time', () => {
  const id = eventId(available, at);
  expect(eventId({ ...available }, new Date(at))).toBe(id);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(timeOf(id as typeof deliveryId)).toEqual(at);
});

it('is another for each thing that happens', () => {
  const overdue = (step: 'acknowledge' | 'process'): AxisEvent => ({
    type: 'delivery.overdue',
    data: { documentId, deliveryId, step },
  });
  const status = (): AxisEvent => ({
    type: 'delivery.status',
    data: { documentId, deliveryId, statusId: newStatusId(), code: '01' },
  });
  const events: readonly AxisEvent[] = [
    available,
    { type: 'delivery.available', data: { documentId, deliveryId: newDeliveryId(documentId, 1) } },
    { type: 'delivery.handed_over', data: { documentId, deliveryId } },
    { type: 'document.verified', data: { documentId } },
    { type: 'document.verified', data: { documentId: newDocumentId() } },
    ...[overdue('acknowledge'), overdue('process'), status(), status()],
  ];
  const ids = [...events.map((event) => eventId(event, at)), eventId(available, new Date(at.getTime() + 1))];
  expect(new Set(ids).size).toBe(ids.length);
});

it('does not hang on what is worked out again when it is told again', () => {
  const failed = (code: 'delivery.expired' | 'addressee.closed'): AxisEvent => ({
    type: 'delivery.failed',
    data: { documentId, deliveryId, code },
  });
  expect(eventId(failed('delivery.expired'), at)).toBe(eventId(failed('addressee.closed'), at));
});

it('puts events of one millisecond into the order in which they follow from one another', () => {
  const statusId = newStatusId();
  const inOrder: readonly AxisEvent[] = [
    { type: 'document.verified', data: { documentId } },
    available,
    { type: 'delivery.handed_over', data: { documentId, deliveryId } },
    { type: 'delivery.status', data: { documentId, deliveryId, statusId, code: '03' } },
    { type: 'delivery.overdue', data: { documentId, deliveryId, step: 'acknowledge' } },
    { type: 'delivery.overdue', data: { documentId, deliveryId, step: 'process' } },
    { type: 'document.expired', data: { documentId } },
  ];
  const ids = inOrder.map((event) => eventId(event, at));
  expect([...ids].sort()).toEqual(ids);
});
