import { type AxisEvent, type EventType, evidenceKindOf, TOLD_TYPES } from '@axis/edoc';
import { roads } from '@axis/messaging';

const kindOf = (type: string) => evidenceKindOf({ type, data: { code: '01' } } as unknown as AxisEvent);

it('takes from the broker the events that call for evidence, and no others', () => {
  const taken = roads['registrar.events'].events;
  for (const type of taken) expect(kindOf(type)).toBeDefined();
  const within: readonly EventType[] = ['document.submitted', 'delivery.routed'];
  for (const type of within) expect(kindOf(type)).toBeUndefined();
  // Whatever somebody is told of is proven too.
  expect(taken).toEqual(TOLD_TYPES.filter((type) => type !== 'subscription.disabled'));
});
