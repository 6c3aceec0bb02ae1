import type { Channel } from 'amqplib';
import { deadLettersOf, exchangeOf, type QueueSpec, queueNameOf, retryNameOf, type Topology } from './topology';

/**
 * Safe from one replica's loss, and a message moves to its next queue only once that queue has it (at-least-once dead-lettering, which
 * asks for reject-publish). RabbitMQ 3.10 and later.
 */
const quorum = {
  'x-queue-type': 'quorum',
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
} as const;

/** Dead letters are looked at any number of times. RabbitMQ 4 would drop them after its default of 20; 3.10 knows no "unlimited". */
const practicallyUnlimited = 2 ** 31 - 1;

/** Declares everything; repeating it changes nothing. Rejects with code 406 when the broker has a queue of the same name made otherwise. */
export async function declare(channel: Channel, topology: Topology): Promise<void> {
  await channel.assertExchange(exchangeOf(topology), 'topic', { durable: true });
  await channel.assertQueue(deadLettersOf(topology), {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': practicallyUnlimited },
  });
  for (const spec of topology.queues) await declareQueue(channel, topology, spec);
}

/** One queue, its bindings and its waiting rooms. */
export async function declareQueue(channel: Channel, topology: Topology, spec: QueueSpec): Promise<void> {
  const name = queueNameOf(topology, spec);
  await channel.assertQueue(name, {
    durable: true,
    arguments: {
      ...quorum,
      'x-delivery-limit': spec.deliveryLimit,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': deadLettersOf(topology),
    },
  });
  for (const event of spec.events) await channel.bindQueue(name, exchangeOf(topology), event);
  for (const delay of spec.retryDelays) await declareWaitingRoom(channel, retryNameOf(topology, delay), delay);
}

/**
 * Whatever its routing key, the fanout exchange lets a message in; when its time is up the default exchange takes it by that same routing
 * key, the name of the queue it came from. One room per wait, so that no message stands behind one that waits longer.
 */
async function declareWaitingRoom(channel: Channel, name: string, delay: number): Promise<void> {
  await channel.assertExchange(name, 'fanout', { durable: true });
  await channel.assertQueue(name, {
    durable: true,
    arguments: { ...quorum, 'x-message-ttl': delay, 'x-dead-letter-exchange': '' },
  });
  await channel.bindQueue(name, name, '');
}
