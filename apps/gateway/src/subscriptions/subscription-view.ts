import type { AgencyId } from '@axis/edoc';
import type { AmqpSettings, SubscriptionEntity, WebhookSettings } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { agencyView, type Names } from '../documents/views';
import { position, toldType } from '../events/event-shapes';

const time = z.iso.datetime().describe('UTC');
const failure = { reason: z.string(), status: z.int().optional() };

const subscription = z.strictObject({
  id: z.uuid({ version: 'v7' }),
  kind: z.enum(['webhook', 'amqp']),
  url: z.string().optional().describe('Of a webhook'),
  signing: z.enum(['hmac-sha256', 'ed25519']).optional().describe('Of a webhook'),
  batch: z.boolean().optional().describe('Of a webhook'),
  queue: z.string().optional().describe('Of kind amqp'),
  types: z.array(toldType).nullable().describe('All, when null'),
  agencies: z.array(z.string().nullable()).nullable().describe('All of yours, when null'),
  active: z.boolean(),
  cursor: position.describe('The last event that was taken, or that did not concern it'),
  deliveredAt: time.nullable().describe('When the last event was taken'),
  failures: z.int().describe('Attempts that failed since one succeeded'),
  failingSince: time.nullable(),
  failure: z
    .strictObject({ ...failure, at: time })
    .nullable()
    .describe('The last one'),
  nextAttemptAt: time.nullable().describe('When it is tried again, while it fails'),
  disabled: z.strictObject({ at: time, reason: z.string() }).nullable().describe('Why the axis brings nothing more'),
  ping: z
    .strictObject({ at: time, failure: z.strictObject(failure).optional() })
    .nullable()
    .describe('What became of the last ping'),
  previousSecretUntil: time.nullable(),
  createdAt: time,
});

const pageOfThem = z.strictObject({ items: z.array(subscription), next: z.string().nullable() });

export class SubscriptionShape extends createZodDto(subscription) {}
export class SubscriptionPage extends createZodDto(pageOfThem) {}
export class NewSubscriptionShape extends createZodDto(
  subscription.extend({ secret: z.string().nullable().describe('For HMAC; told now and never again') }),
) {}

const queue = subscription.omit({ signing: true, batch: true }).extend({
  queue: z.string(),
  url: z.string().describe('Where you reach the broker'),
  username: z.string(),
});

export class QueueShape extends createZodDto(queue) {}
export class OpenQueueShape extends createZodDto(
  queue.extend({
    password: z.string().nullable().describe('Told now and never again; null: the one told before is still good'),
  }),
) {}

export function subscriptionView(one: SubscriptionEntity, names: Names) {
  const { id, kind, types, agencyIds, active, cursor, deliveredAt, failures, failingSince, failure, createdAt } = one;
  return {
    id,
    kind,
    ...(one.settings as WebhookSettings | AmqpSettings),
    types,
    agencies: agencyIds && agencyIds.map((agencyId) => agencyView(agencyId as AgencyId, names).code),
    active,
    cursor,
    deliveredAt,
    failures,
    failingSince,
    failure,
    nextAttemptAt: active && failures > 0 ? one.nextAttemptAt : null,
    disabled: one.disabled,
    ping: one.ping,
    previousSecretUntil: one.previousSecretUntil,
    createdAt,
  };
}
