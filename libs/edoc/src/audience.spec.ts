import { audienceOf, TOLD_TYPES } from './audience';
import type { EventType } from './events';

const table: Record<EventType, string> = {
  'document.submitted': '',
  'document.verified': 'sender',
  'document.rejected': 'sender',
  'document.withdrawn': 'sender',
  'document.expired': 'sender',
  'delivery.routed': '',
  'delivery.forwarded': 'sender',
  'delivery.available': 'sender receiver',
  'delivery.handed_over': 'sender receiver',
  'delivery.status': 'sender receiver',
  'delivery.withdrawn': 'sender',
  'delivery.failed': 'sender',
  'delivery.recalled': 'sender receiver',
  'delivery.removed': 'sender receiver',
  'delivery.superseded': 'sender receiver',
  'delivery.overdue': 'sender receiver',
};

it.each(Object.entries(table))('%s is told to: %s', (type, roles) => {
  expect(audienceOf(type as EventType).join(' ')).toBe(roles);
});

it('lists what can be told, steps within the axis left out', () => {
  const withAudience = Object.keys(table).filter((type) => table[type as EventType] !== '');
  expect([...TOLD_TYPES].sort()).toEqual([...withAudience, 'subscription.disabled'].sort());
});
