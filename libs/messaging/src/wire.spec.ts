import type { Message } from 'amqplib';
import type { EventEnvelope } from '@axis/platform';
import { newEvent } from './event';
import { failureOf } from './failure';
import { deathOf, decodeEvent, encodeEvent, historyOf, type Outgoing, republish, withFailure } from './wire';

const event: EventEnvelope = newEvent({
  type: 'document.submitted',
  subject: '0193-document',
  source: 'gateway',
  data: { sha256: 'ab', title: 'Công văn số 7816' },
});

/** As a consumer would get it. */
const received = ({ content, properties, routingKey }: Outgoing, brokerHeaders: object = {}): Message =>
  ({
    content,
    properties: { ...properties, headers: { ...(properties.headers as object), ...brokerHeaders } },
    fields: { deliveryTag: 1, redelivered: false, exchange: '', routingKey },
  }) as unknown as Message;

const withHeaders = (headers: Record<string, unknown>, content = '{}'): Message =>
  received({ exchange: '', routingKey: '', content: Buffer.from(content), properties: { headers } });

test('what is written is read again', () => {
  expect(decodeEvent(received(encodeEvent(event, 'axis.events')))).toEqual(event);
});

test('ids of new events are UUIDv7, in order', () => {
  const next = newEvent({ type: 'a', subject: 'b', source: 'c', data: null });
  expect(next.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(next.id > event.id).toBe(true);
});

const attributes = { specversion: '1.0', id: '1', type: 't', subject: 's', source: 'o', time: '2026-11-21T00:00:00Z' };
const prefixed = (prefix: string, changes: object = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...attributes, ...changes }).map(([name, value]) => [prefix + name, value]));

test('both prefixes of the CloudEvents AMQP binding are understood', () => {
  expect(decodeEvent(withHeaders(prefixed('cloudEvents:')))).toMatchObject({ id: '1', source: 'o' });
  expect(decodeEvent(withHeaders(prefixed('cloudEvents_')))).toMatchObject({ id: '1', source: 'o' });
});

test.each([
  ['another version', prefixed('cloudEvents_', { specversion: '0.3' }), '{}'],
  ['no subject', prefixed('cloudEvents_', { subject: undefined }), '{}'],
  ['an id that is no text', prefixed('cloudEvents_', { id: 7 }), '{}'],
  ['no headers', {}, '{}'],
  ['a body that is not JSON', prefixed('cloudEvents_'), '<edXML/>'],
])('no event: %s', (_, headers, body) => {
  expect(decodeEvent(withHeaders(headers, body))).toBeUndefined();
});

describe('the history of a message', () => {
  const fail = (times: number): Message => {
    let message = received(encodeEvent(event, 'axis.events'));
    for (let attempt = 1; attempt <= times; attempt += 1) {
      const failure = failureOf(new Error(`time ${attempt}`), attempt, new Date(Date.UTC(2026, 0, attempt)));
      const to = { exchange: 'retry', routingKey: 'queue' };
      message = received(republish(message, to, withFailure(historyOf(message), failure)), { 'x-death': [] });
    }
    return message;
  };

  test('is empty at first', () => {
    expect(historyOf(fail(0))).toEqual({ failedAttempts: 0, failures: [] });
  });

  test('grows with each failure, and the event stays what it was', () => {
    const message = fail(3);
    expect(historyOf(message)).toMatchObject({ failedAttempts: 3, firstFailedAt: '2026-01-01T00:00:00.000Z' });
    expect(historyOf(message).failures.map(({ message: text }) => text)).toEqual(['time 1', 'time 2', 'time 3']);
    expect(decodeEvent(message)).toEqual(event);
  });

  test('keeps the latest twenty, when the first was, and how many there were', () => {
    const { failures, failedAttempts, firstFailedAt } = historyOf(fail(25));
    expect(failures).toHaveLength(20);
    expect(failures[0]?.attempt).toBe(6);
    expect(failedAttempts).toBe(25);
    expect(firstFailedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  test('that somebody else wrote is read as far as it makes sense', () => {
    const message = withHeaders({ 'axis-failed-attempts': 'many', 'axis-failures': [{ attempt: 1 }, 'x', null] });
    expect(historyOf(message)).toEqual({ failedAttempts: 0, failures: [] });
  });
});

describe('the death of a message', () => {
  const original = received(encodeEvent(event, 'axis.events'));
  const to = { exchange: '', routingKey: 'axis.dead-letters' };

  test('is noted by its consumer', () => {
    const death = { queue: 'axis.signer', reason: 'permanent', at: '2026-01-01T00:00:00.000Z' } as const;
    const dead = received(republish(original, to, historyOf(original), death));
    expect(deathOf(dead)).toEqual(death);
    // Sent back to work, it has not died.
    expect(deathOf(received(republish(dead, to, historyOf(dead))))).toBeUndefined();
  });

  test('is noted by the broker when its delivery limit is passed, among the ends of its waits', () => {
    const time = { '!': 'timestamp', value: Date.UTC(2026, 0, 1) / 1000 };
    const dead = received(encodeEvent(event, 'axis.events'), {
      'x-death': [
        { queue: 'axis.retry.1000ms', reason: 'expired', time, count: 1 },
        { queue: 'axis.signer', reason: 'delivery_limit', time, count: 1 },
      ],
    });
    expect(deathOf(dead)).toEqual({ queue: 'axis.signer', reason: 'delivery-limit', at: '2026-01-01T00:00:00.000Z' });
    expect(republish(dead, to, historyOf(dead)).properties.headers).not.toHaveProperty('x-death');
  });
});
