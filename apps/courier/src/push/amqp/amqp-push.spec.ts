import { AmqpPublisher, QueueWriter } from '@axis/messaging';
import { type Leased, pingEvent, type SubscriptionEntity } from '@axis/storage';
import { AmqpPush } from './amqp-push';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const subscription = {
  settings: { queue: 'axis.system.dms' },
} satisfies Partial<SubscriptionEntity> as unknown as Leased;
const event = pingEvent('event', 'subscription', new Date());

describe('where there is no broker', () => {
  const publisher = new AmqpPublisher({
    url: 'amqp://127.0.0.1:9',
    topology: { namespace: 'axis', queues: [] },
    log: silent,
  });
  const push = new AmqpPush(new QueueWriter(publisher.connection, silent));
  afterAll(() => publisher.close());

  it('has taken nothing, and asks to be tried again soon', async () => {
    const { taken, failure } = await push.send(subscription, [event], new AbortController().signal);
    expect(taken).toBe(0);
    expect(failure).toEqual({ reason: 'the broker does not take it', retryWithinMs: 30_000 });
  });

  it('leaves what is in hand when the process stops', async () => {
    const stop = new AbortController();
    const began = performance.now();
    setTimeout(() => {
      stop.abort();
    }, 50);
    expect(await push.send(subscription, [event], stop.signal)).toMatchObject({ taken: 0 });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await push.send(subscription, [event], stop.signal)).toMatchObject({ taken: 0 });
  });
});
