import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { ToldType } from '@axis/edoc';
import { SystemEntity } from '../systems/system.entity';

/** How events are brought: POSTed to an address, or put into a queue. */
export type SubscriptionKind = 'webhook' | 'amqp';

export interface WebhookSettings {
  readonly url: string;
  /** By Standard Webhooks: with a secret of the subscription (`v1`), or with the axis's own key (`v1a`). */
  readonly signing: 'hmac-sha256' | 'ed25519';
  /** Many events a request, as far as they wait already (CloudEvents batched content mode). */
  readonly batch: boolean;
}

export interface AmqpSettings {
  /** Its full name on the broker, which is its user's name too. */
  readonly queue: string;
}

/** What went wrong at the receiving end, for whoever operates it. */
export interface PushFailure {
  readonly reason: string;
  /** The HTTP status, where there was one. */
  readonly status?: number;
}

export interface PingOutcome {
  readonly at: string;
  readonly failure?: PushFailure;
}

export interface Disablement {
  readonly at: string;
  readonly reason: string;
}

/** A system's wish to have the events of its agencies brought to it. */
@Entity({ name: 'subscriptions' })
@Check('subscriptions_kind_check', `kind IN ('webhook', 'amqp')`)
@Index('subscriptions_system', ['systemId', 'id'])
export class SubscriptionEntity {
  /** UUIDv7. */
  @PrimaryColumn('uuid') id!: string;
  @ForeignKey(() => SystemEntity, { name: 'subscriptions_system_id_fkey' })
  @Column('uuid', { name: 'system_id' })
  systemId!: string;
  @Column('text') kind!: SubscriptionKind;
  /** As its kind has them: `WebhookSettings`, `AmqpSettings`. */
  @Column('jsonb') settings!: object;
  /** All, when null. */
  @Column('text', { array: true, nullable: true }) types!: ToldType[] | null;
  /** All that the system acts for, when null; never others, whatever is written here. */
  @Column('uuid', { name: 'agency_ids', array: true, nullable: true }) agencyIds!: string[] | null;
  /** Sealed for `secretPurpose(id)`. */
  @Column('bytea', { nullable: true }) secret!: Buffer | null;
  /** The one before, which is still good for a while after a change. */
  @Column('bytea', { name: 'previous_secret', nullable: true }) previousSecret!: Buffer | null;
  @Column('timestamptz', { name: 'previous_secret_until', nullable: true }) previousSecretUntil!: Date | null;
  /** The last position of the feed that the receiver has taken, or that did not concern it; a bigint. */
  @Column('bigint') cursor!: string;
  @Column('boolean') active!: boolean;
  /** Attempts that failed since one succeeded. */
  @Column('integer', { default: 0 }) failures!: number;
  @Column('timestamptz', { name: 'failing_since', nullable: true }) failingSince!: Date | null;
  /** The last one. */
  @Column('jsonb', { nullable: true }) failure!: (PushFailure & { readonly at: string }) | null;
  @Column('timestamptz', { name: 'next_attempt_at' }) nextAttemptAt!: Date;
  @Column('timestamptz', { name: 'delivered_at', nullable: true }) deliveredAt!: Date | null;
  /** Why the axis brings nothing more. */
  @Column('jsonb', { nullable: true }) disabled!: Disablement | null;
  @Column('timestamptz', { name: 'ping_asked_at', nullable: true }) pingAskedAt!: Date | null;
  /** What became of the last ping. */
  @Column('jsonb', { nullable: true }) ping!: PingOutcome | null;
  /** Of the process that serves it just now, until `leasedUntil`. */
  @Column('uuid', { nullable: true }) lease!: string | null;
  @Column('timestamptz', { name: 'leased_until', nullable: true }) leasedUntil!: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

type Beginning = Pick<SubscriptionEntity, 'systemId' | 'kind' | 'settings' | 'types' | 'agencyIds' | 'cursor'>;

/** A subscription as it begins. A ping goes first: whoever gets it knows that the way is open. */
export function newSubscription(
  beginning: Beginning,
  now: Date,
  differing: Partial<SubscriptionEntity> = {},
): SubscriptionEntity {
  return {
    id: uuidv7(),
    secret: null,
    previousSecret: null,
    previousSecretUntil: null,
    active: true,
    failures: 0,
    failingSince: null,
    failure: null,
    nextAttemptAt: now,
    deliveredAt: null,
    disabled: null,
    pingAskedAt: now,
    ping: null,
    lease: null,
    leasedUntil: null,
    createdAt: now,
    ...beginning,
    ...differing,
  };
}

/** For what the secret of a subscription is sealed. */
export const secretPurpose = (id: string): string => `subscription ${id}`;

/** An Ed25519 key by which the axis signs what it sends to subscribers. */
@Entity({ name: 'signing_keys' })
export class SigningKeyEntity {
  @PrimaryColumn('uuid') id!: string;
  /** SubjectPublicKeyInfo, DER. */
  @Column('bytea', { name: 'public_key' }) publicKey!: Buffer;
  /** PKCS#8 in PEM, sealed for `signing key <id>`. */
  @Column('bytea', { name: 'private_key' }) privateKey!: Buffer;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
