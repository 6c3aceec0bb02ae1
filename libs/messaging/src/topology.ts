/** One queue: which events it takes and how its consumer treats them. */
export interface QueueSpec {
  /** `<service>.<what it takes>`, without namespace. */
  readonly name: string;
  /** Event types it is bound to; the topic wildcards `*` (one word) and `#` (any number) are allowed. */
  readonly events: readonly string[];
  /** How often the broker hands a message out again after its consumer vanished without an answer. Then: dead letters. */
  readonly deliveryLimit: number;
  /** Waits in ms before the second, third, … attempt of a message whose handling threw. All used up: dead letters. */
  readonly retryDelays: readonly number[];
  /** How many unanswered messages one process may hold. */
  readonly prefetch: number;
  /** Up to `size` messages are handled together; an incomplete batch waits `waitMs` for more. Default: one by one. */
  readonly batch?: { readonly size: number; readonly waitMs: number };
  /** How many batches one process handles side by side. Default: as many as fit into `prefetch`. */
  readonly concurrency?: number;
}

/** What a set of services agrees on: one topic exchange, its queues, their retry queues and the dead letters. */
export interface Topology {
  /** Prefix of every exchange and queue, so that several axes can share a broker. */
  readonly namespace: string;
  readonly queues: readonly QueueSpec[];
}

function table<Name extends string>(specs: Record<Name, Omit<QueueSpec, 'name'>>): Record<Name, QueueSpec> {
  const named = Object.entries<Omit<QueueSpec, 'name'>>(specs).map(([name, spec]) => [name, { name, ...spec }]);
  return Object.fromEntries(named) as Record<Name, QueueSpec>;
}

const usual = {
  // Every restart of a service or the broker counts too, for the messages it holds.
  deliveryLimit: 10,
  retryDelays: [1_000, 5_000, 30_000, 120_000, 600_000],
} as const;

/** What concerns somebody outside: told of and proven. The steps within the axis are half of all events, and not among them. */
const outward = [
  'document.verified',
  'document.rejected',
  'document.withdrawn',
  'document.expired',
  'delivery.forwarded',
  'delivery.available',
  'delivery.handed_over',
  'delivery.status',
  'delivery.withdrawn',
  'delivery.failed',
  'delivery.recalled',
  'delivery.removed',
  'delivery.superseded',
  'delivery.overdue',
] as const;

/**
 * The axis's own roads: who takes which events. Each process declares all, so an event finds its queue even while the service that reads it is down.
 *
 * All are handled in batches: a batch costs as many statements and one commit as a single document does, and under load it grows to what
 * came in the meantime, while a document that comes alone waits a few ms. Handled one by one, the axis took half as much again of every CPU.
 */
export const roads = table({
  // Two side by side: one may wait for the revocation list of an authority far away.
  'signer.document-submitted': {
    ...usual,
    events: ['document.submitted'],
    prefetch: 64,
    batch: { size: 16, waitMs: 3 },
    concurrency: 2,
  },
  // One batch at a time from here on: what each writes is one chain, and side by side it would only wait for itself.
  'router.document-verified': {
    ...usual,
    events: ['document.verified'],
    prefetch: 200,
    batch: { size: 50, waitMs: 3 },
    concurrency: 1,
  },
  'courier.delivery-routed': {
    ...usual,
    events: ['delivery.routed'],
    prefetch: 200,
    batch: { size: 50, waitMs: 3 },
    concurrency: 1,
  },
  'courier.events': {
    ...usual,
    events: outward,
    prefetch: 400,
    batch: { size: 100, waitMs: 10 },
    concurrency: 1,
  },
  'registrar.events': {
    ...usual,
    events: outward,
    prefetch: 400,
    batch: { size: 100, waitMs: 20 },
    concurrency: 1,
  },
});

export type RoadName = keyof typeof roads;

/** The axis's topology under a namespace (`AMQP_NAMESPACE`). */
export function axisTopology(namespace: string): Topology {
  return { namespace, queues: Object.values(roads) };
}

/** The topic exchange that every event is published to. */
export const exchangeOf = (topology: Topology): string => `${topology.namespace}.events`;

/** A queue's full name on the broker. */
export const queueNameOf = (topology: Topology, spec: QueueSpec): string => `${topology.namespace}.${spec.name}`;

/** The exchange, and the queue of the same name, where messages wait `delay` ms before they go back. */
export const retryNameOf = (topology: Topology, delay: number): string => `${topology.namespace}.retry.${delay}ms`;

/** The queue of messages that were given up. */
export const deadLettersOf = (topology: Topology): string => `${topology.namespace}.dead-letters`;
