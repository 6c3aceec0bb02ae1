import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { brokerUrl, Cable, eventually, queue, Station, thing, things } from './testing/kit';
import { exchangeOf, queueNameOf } from './topology';
import { decodeEvent } from './wire';
import { newEvent } from './event';

const spec = queue('archive.things');

test('an event arrives as a persistent CloudEvent in binary mode, even when nobody consumes yet', async () => {
  const station = new Station([spec]);
  const event = { ...thing(7), traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

  expect(await station.publisher.publish([event])).toEqual(['confirmed']);

  const reader = await connect(station.options.url);
  const channel = await reader.createChannel();
  const message = await channel.get(queueNameOf(station.topology, spec));
  if (message === false) throw new Error('nothing arrived');
  expect(message.properties).toMatchObject({
    messageId: event.id,
    contentType: 'application/json',
    deliveryMode: 2,
    headers: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: event.id,
      cloudEvents_type: 'thing.happened',
      cloudEvents_subject: 'thing-7',
      cloudEvents_source: 'test',
      cloudEvents_time: event.time,
      cloudEvents_traceparent: event.traceparent,
    },
  });
  expect(JSON.parse(message.content.toString())).toEqual({ n: 7 });
  expect(decodeEvent(message)).toEqual(event);
  await reader.close();
  await station.close();
});

test('an event that no queue takes is reported, and its neighbours are not', async () => {
  const station = new Station([spec]);
  const lost = newEvent({ type: 'nobody.cares', subject: 'x', source: 'test', data: {} });

  const outcomes = await station.publisher.publish([thing(1), lost, thing(2), lost]);

  const unroutable = { failed: 'unroutable', detail: 'no queue takes nobody.cares' };
  expect(outcomes).toEqual(['confirmed', unroutable, 'confirmed', unroutable]);
  await station.close();
});

test('a queue that is full refuses, and that is reported', async () => {
  const station = new Station([spec]);
  await station.publisher.publish([thing(0)]);
  const other = await connect(station.options.url);
  const channel = await other.createChannel();
  const { queue: full } = await channel.assertQueue('', {
    exclusive: true,
    arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
  });
  await channel.bindQueue(full, exchangeOf(station.topology), 'thing.*');

  const outcomes = [await station.publisher.publish([thing(1)]), await station.publisher.publish([thing(2)])].flat();

  expect(outcomes).toEqual(['confirmed', { failed: 'refused', detail: 'a queue for thing.happened refused it' }]);
  await other.close();
  await station.close();
});

test('an event too large for the wire is reported, and its neighbours are published', async () => {
  const station = new Station([spec]);
  const huge = newEvent({ type: 'thing.happened', subject: 'x'.repeat(70_000), source: 'test', data: {} });

  const outcomes = await station.publisher.publish([thing(1), huge, thing(2)]);

  expect(outcomes).toMatchObject(['confirmed', { failed: 'malformed' }, 'confirmed']);
  await station.close();
});

test('many callers at once, past the channel’s buffer', async () => {
  const station = new Station([spec]);

  const outcomes = await Promise.all(Array.from({ length: 50 }, () => station.publisher.publish(things(100))));

  expect(outcomes.flat()).toHaveLength(5_000);
  expect(new Set(outcomes.flat())).toEqual(new Set(['confirmed']));
  await station.close();
});

test('a publish waits for a broker that is away, and is done when it is back', async () => {
  const cable = await Cable.to(brokerUrl());
  const station = new Station([spec], { url: cable.through(brokerUrl()) });
  await station.publisher.publish([thing(0)]);
  cable.unplug();
  await eventually(() => {
    expect(station.publisher.isHealthy()).toBe(false);
  });

  const publishing = station.publisher.publish(things(10));
  expect(await Promise.race([publishing, pause(300, 'waiting')])).toBe('waiting');
  cable.plug();

  expect(new Set(await publishing)).toEqual(new Set(['confirmed']));
  await station.close();
  await cable.remove();
});

test('events on their way when the connection is cut are published again', async () => {
  const cable = await Cable.to(brokerUrl());
  const station = new Station([spec], { url: cable.through(brokerUrl()) });
  await station.publisher.publish([thing(0)]);

  const publishing = station.publisher.publish(things(500));
  await pause(0);
  cable.unplug();
  await eventually(() => {
    expect(station.publisher.isHealthy()).toBe(false);
  });
  cable.plug();

  const outcomes = await publishing;
  expect(outcomes).toHaveLength(500);
  expect(new Set(outcomes)).toEqual(new Set(['confirmed']));
  await station.close();
  await cable.remove();
});

test('a publish gives up in time when the broker stays away, and the publisher still closes', async () => {
  const cable = await Cable.to(brokerUrl());
  const station = new Station([spec], { url: cable.through(brokerUrl()), publishTimeoutMs: 500 });
  await station.publisher.publish([thing(0)]);
  cable.freeze();

  const began = performance.now();
  const outcomes = await station.publisher.publish(things(3));

  expect(performance.now() - began).toBeLessThan(2_000);
  expect(outcomes).toMatchObject(Array(3).fill({ failed: 'unconfirmed' }));
  cable.unplug();
  cable.plug();
  await eventually(async () => {
    expect(await station.publisher.publish([thing(4)])).toEqual(['confirmed']);
  });
  await station.close();
  await cable.remove();
});
