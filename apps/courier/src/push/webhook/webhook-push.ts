import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '@axis/platform';
import {
  type CloudEvent,
  type Leased,
  SecretBox,
  secretPurpose,
  SigningKeys,
  type WebhookSettings,
} from '@axis/storage';
import type { Failure, Outcome, Push } from '../push';
import { failureOf } from './judge-answer';
import { Poster } from './post';
import { signedHeaders, type Signer } from './sign';

const ANSWER_WITHIN_MS = 10_000;
/** Longer than this, no further request is begun: with the last one's time it stays within half a lease. */
const BEGIN_WITHIN_MS = 15_000;

/** POSTs events to an address of the receiver: CloudEvents 1.0 in structured mode, one a request or many. */
@Injectable()
export class WebhookPush implements Push, OnApplicationShutdown {
  readonly kind = 'webhook';
  private readonly poster: Poster;

  constructor(
    private readonly secrets: SecretBox,
    private readonly keys: SigningKeys,
    @Inject(CONFIG) config: Config,
  ) {
    this.poster = new Poster(config.webhooks.allowPrivate);
  }

  onApplicationShutdown(): void {
    this.poster.close();
  }

  async send(subscription: Leased, events: readonly CloudEvent[], signal: AbortSignal): Promise<Outcome> {
    const settings = subscription.settings as WebhookSettings;
    const url = new URL(settings.url);
    const signers = await this.signersOf(subscription, settings);
    const until = Date.now() + BEGIN_WITHIN_MS;
    let taken = 0;
    for (const message of settings.batch ? [batched(events)] : events.map(single)) {
      if (taken > 0 && (signal.aborted || Date.now() > until)) break;
      const failure = await this.post(url, message, signers, signal);
      if (failure) return { taken, failure };
      taken += message.count;
    }
    return { taken };
  }

  private async post(
    url: URL,
    message: Message,
    signers: readonly Signer[],
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const now = new Date();
    const inTime = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const headers = {
      'content-type': message.contentType,
      'user-agent': 'axis-webhook/1',
      ...signedHeaders(message.id, now, message.body, signers),
    };
    try {
      return failureOf(await this.poster.post(url, headers, message.body, AbortSignal.any([inTime, signal])), now);
    } catch (error) {
      if (inTime.aborted) return { reason: `no answer within ${ANSWER_WITHIN_MS / 1000} seconds` };
      return { reason: reasonOf(error) };
    }
  }

  private async signersOf(subscription: Leased, { signing }: WebhookSettings): Promise<Signer[]> {
    if (signing === 'ed25519') return (await this.keys.privateKeys()).map((privateKey) => ({ privateKey }));
    const { id, secret, previousSecret, previousSecretUntil } = subscription;
    const previous = previousSecretUntil && previousSecretUntil.getTime() > Date.now() ? previousSecret : null;
    return [secret, previous].flatMap((sealed) =>
      sealed ? [{ secret: this.secrets.open(sealed, secretPurpose(id)) }] : [],
    );
  }
}

interface Message {
  /** The same for the same events, so that a receiver knows what comes once more. */
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
  /** How many events it is. */
  readonly count: number;
}

const single = (event: CloudEvent): Message => ({
  id: event.id,
  contentType: 'application/cloudevents+json; charset=utf-8',
  body: JSON.stringify(event),
  count: 1,
});

const batched = (events: readonly CloudEvent[]): Message => ({
  id: `${events[0]?.id ?? ''}-to-${events.at(-1)?.id ?? ''}`,
  contentType: 'application/cloudevents-batch+json; charset=utf-8',
  body: JSON.stringify(events),
  count: events.length,
});

/** Node says what went wrong in a code; several addresses of one name that all failed come together. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ');
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `${code}: ${message}`;
}
