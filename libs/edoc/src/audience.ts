import type { EventType } from './events';

/** As whom an agency is told of an event; `subscriber`: it concerns its system's own subscription, and no document. */
export type ToldRole = 'sender' | 'receiver' | 'subscriber';

type Side = Exclude<ToldRole, 'subscriber'>;

const both = ['sender', 'receiver'] as const;

/**
 * Which agencies are told of an event. Of a document it is its sender; of a delivery, who sent or forwarded it, and who
 * receives it.
 */
const AUDIENCE = {
  // Its sender has the answer to its own request.
  'document.submitted': [],
  'document.verified': ['sender'],
  'document.rejected': ['sender'],
  'document.withdrawn': ['sender'],
  'document.expired': ['sender'],
  // A step within the axis: what becomes of each delivery is told of next.
  'delivery.routed': [],
  'delivery.forwarded': ['sender'],
  'delivery.available': both,
  'delivery.handed_over': both,
  'delivery.status': both,
  // Nobody at the receiver has read it, and nobody is to hear of it.
  'delivery.withdrawn': ['sender'],
  'delivery.failed': ['sender'],
  'delivery.recalled': both,
  'delivery.removed': both,
  'delivery.superseded': both,
  'delivery.overdue': both,
} as const satisfies Record<EventType, readonly Side[]>;

/** Told to the agencies of a system that nothing more is brought to. */
export const SUBSCRIPTION_DISABLED = 'subscription.disabled';

type Told = typeof AUDIENCE;

/** The events that somebody outside is told of. */
export type ToldEventType = { [Type in EventType]: Told[Type] extends readonly [] ? never : Type }[EventType];

export type ToldType = ToldEventType | typeof SUBSCRIPTION_DISABLED;

export const audienceOf = (type: EventType): readonly Side[] => AUDIENCE[type];

const told = (type: EventType): type is ToldEventType => AUDIENCE[type].length > 0;

export const TOLD_TYPES: readonly ToldType[] = [
  ...(Object.keys(AUDIENCE) as EventType[]).filter(told),
  SUBSCRIPTION_DISABLED,
];
