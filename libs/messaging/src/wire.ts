import type { Message, Options } from 'amqplib';
import type { EventEnvelope } from '@axis/platform';
import type { DeathReason, Failure } from './failure';

/** A message as the broker takes it. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
}

/** What a message carries of its past. */
export interface History {
  /** How many handlings threw since it was last (re)published for its queue. */
  readonly failedAttempts: number;
  /** The latest handlings that threw, oldest first; they outlive a requeue from the dead letters. */
  readonly failures: readonly Failure[];
  /** When its first handling threw: RFC 3339, UTC. */
  readonly firstFailedAt?: string;
}

/** Where and why a message was given up. */
export interface Death {
  /** The queue's full name. */
  readonly queue: string;
  readonly reason: DeathReason;
  /** RFC 3339, UTC. */
  readonly at: string;
}

const header = {
  failedAttempts: 'axis-failed-attempts',
  failures: 'axis-failures',
  firstFailedAt: 'axis-first-failed-at',
  deathQueue: 'axis-death-queue',
  deathReason: 'axis-death-reason',
  deathAt: 'axis-death-at',
} as const;

/** Headers of a message must stay under 64 KiB altogether. */
const rememberedFailures = 20;

/** CloudEvents AMQP binding §3.1: `cloudEvents_` is preferred for what one sends, `cloudEvents:` is understood too. */
const attribute = (name: string): string => `cloudEvents_${name}`;

/** An event's context attributes (CloudEvents §3); those that are not named here are extensions. */
export interface CloudEventAttributes extends Readonly<Record<string, string>> {
  readonly id: string;
  readonly type: string;
  readonly source: string;
}

export function encodeEvent(event: EventEnvelope, exchange: string): Outgoing {
  const { id, type, subject, source, time, traceparent, data } = event;
  const attributes = { specversion: '1.0', id, type, subject, source, time, ...(traceparent && { traceparent }) };
  return { exchange, routingKey: type, ...inBinaryMode(attributes, data) };
}

/** Binary content mode (CloudEvents AMQP binding §3.1): attributes are headers, the body is the data. */
export function inBinaryMode(
  attributes: CloudEventAttributes,
  data: unknown,
): Pick<Outgoing, 'content' | 'properties'> {
  const { id, type, source } = attributes;
  return {
    content: Buffer.from(JSON.stringify(data ?? null)),
    properties: {
      messageId: id,
      type,
      appId: source,
      contentType: 'application/json',
      persistent: true,
      headers: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [attribute(name), value])),
    },
  };
}

/** The event in a message, or undefined when it is none: an attribute is missing, or the body is not JSON. */
export function decodeEvent(message: Message): EventEnvelope | undefined {
  const headers = headersOf(message);
  const read = (name: string): string | undefined => text(headers[attribute(name)] ?? headers[`cloudEvents:${name}`]);
  const [id, type, subject, source, time] = [read('id'), read('type'), read('subject'), read('source'), read('time')];
  if (!id || !type || !subject || !source || !time || read('specversion') !== '1.0') return undefined;
  const traceparent = read('traceparent');
  try {
    const data: unknown = JSON.parse(message.content.toString());
    return { id, type, subject, source, time, ...(traceparent && { traceparent }), data };
  } catch {
    return undefined;
  }
}

export function historyOf(message: Message): History {
  const headers = headersOf(message);
  const failed = headers[header.failedAttempts];
  const failures = headers[header.failures];
  const firstFailedAt = text(headers[header.firstFailedAt]);
  return {
    failedAttempts: typeof failed === 'number' ? failed : 0,
    failures: Array.isArray(failures) ? failures.filter(isFailure) : [],
    ...(firstFailedAt && { firstFailedAt }),
  };
}

export function withFailure(history: History, failure: Failure): History {
  return {
    failedAttempts: failure.attempt,
    failures: [...history.failures, failure].slice(-rememberedFailures),
    firstFailedAt: history.firstFailedAt ?? failure.at,
  };
}

/**
 * The same message, to be published once more: its content and own headers, its history, and its death if it has died. What the broker
 * noted about the former copy (`x-death`, `x-delivery-count`, …) stays behind.
 */
export function republish(
  message: Message,
  to: { exchange: string; routingKey: string },
  history: History,
  death?: Death,
): Outgoing {
  const { messageId, type, appId, contentType, contentEncoding, correlationId } = message.properties as Options.Publish;
  const own = Object.entries(headersOf(message)).filter(
    ([name]) => !name.startsWith('x-') && !name.startsWith('axis-'),
  );
  const headers = {
    ...Object.fromEntries(own),
    [header.failedAttempts]: history.failedAttempts,
    [header.failures]: history.failures,
    ...(history.firstFailedAt && { [header.firstFailedAt]: history.firstFailedAt }),
    ...(death && {
      [header.deathQueue]: death.queue,
      [header.deathReason]: death.reason,
      [header.deathAt]: death.at,
    }),
  };
  return {
    ...to,
    content: message.content,
    properties: { messageId, type, appId, contentType, contentEncoding, correlationId, persistent: true, headers },
  };
}

/** The death noted by the consumer that gave it up or, where the broker did so by its delivery limit, in the broker's `x-death`. */
export function deathOf(message: Message): Death | undefined {
  const headers = headersOf(message);
  const [queue, reason, at] = [
    text(headers[header.deathQueue]),
    headers[header.deathReason],
    text(headers[header.deathAt]),
  ];
  if (queue && at && isDeathReason(reason)) return { queue, reason, at };

  const byBroker = message.properties.headers?.['x-death']?.find(
    (death) => (death.reason as string) === 'delivery_limit',
  );
  if (!byBroker) return undefined;
  return { queue: byBroker.queue, reason: 'delivery-limit', at: new Date(byBroker.time.value * 1000).toISOString() };
}

const headersOf = (message: Message): Record<string, unknown> => message.properties.headers ?? {};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const deathReasons: readonly unknown[] = [
  'permanent',
  'retries-exhausted',
  'delivery-limit',
  'unreadable',
] satisfies DeathReason[];

const isDeathReason = (value: unknown): value is DeathReason => deathReasons.includes(value);

function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null) return false;
  const { attempt, at, code, message } = value as Record<string, unknown>;
  return typeof attempt === 'number' && [at, code, message].every((part) => typeof part === 'string');
}
