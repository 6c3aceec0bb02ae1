import { type ConfirmChannel, IllegalOperationError } from 'amqplib';
import type { Log } from './options';
import type { Outgoing } from './wire';

/** Why a message was not taken over by the broker. */
export type PublishFailure =
  /** no queue is bound for it: the broker returned it */
  | 'unroutable'
  /** a queue refused it: it is full, or without a majority of its replicas */
  | 'refused'
  /** not confirmed in time; the broker may have it nevertheless */
  | 'unconfirmed'
  /** it cannot be put on the wire */
  | 'malformed';

/** The platform's outcome, with the reasons a broker has. `confirmed`: every queue it was routed to has it safely. `detail` is for people. */
export type PublishOutcome = 'confirmed' | { readonly failed: PublishFailure; readonly detail: string };

/** One confirm channel, from its opening to its end. */
export class Outlet {
  /** How many copies of a message id came back and are not confirmed yet: `basic.return` precedes the confirm of the same message. */
  private readonly returned = new Map<string, number>();
  private room: PromiseWithResolvers | undefined;
  private ended = false;

  constructor(
    private readonly channel: ConfirmChannel,
    log: Log,
  ) {
    channel.on('error', (error) => {
      log.warn({ error: error.message }, 'the publishing channel broke');
    });
    channel.on('close', () => {
      this.ended = true;
      this.makeRoom();
    });
    channel.on('drain', () => {
      this.makeRoom();
    });
    channel.on('return', ({ properties }) => {
      const id = String(properties.messageId);
      this.returned.set(id, (this.returned.get(id) ?? 0) + 1);
    });
  }

  get open(): boolean {
    return !this.ended;
  }

  get full(): boolean {
    return this.room !== undefined;
  }

  /** Resolves once the channel's buffer has room, or the channel is gone. */
  async ready(): Promise<void> {
    while (this.room) await this.room.promise;
  }

  /** Writes at once, so order is kept; resolves when the broker has answered, or to `lost` when the channel is gone first. */
  send({ exchange, routingKey, content, properties }: Outgoing): Promise<PublishOutcome | 'lost'> {
    return new Promise((resolve) => {
      const answered = (error: unknown): void => {
        if (this.wasReturned(String(properties.messageId))) {
          resolve({ failed: 'unroutable', detail: `no queue takes ${routingKey}` });
        } else if (error === null) resolve('confirmed');
        else if (isNack(error)) resolve({ failed: 'refused', detail: `a queue for ${routingKey} refused it` });
        else resolve('lost');
      };
      try {
        const room = this.channel.publish(exchange, routingKey, content, { ...properties, mandatory: true }, answered);
        if (!room) this.room ??= withResolvers();
      } catch (error) {
        if (error instanceof IllegalOperationError) resolve('lost');
        else resolve({ failed: 'malformed', detail: error instanceof Error ? error.message : String(error) });
      }
    });
  }

  private makeRoom(): void {
    const room = this.room;
    this.room = undefined;
    room?.resolve();
  }

  private wasReturned(id: string): boolean {
    const copies = this.returned.get(id) ?? 0;
    if (copies > 1) this.returned.set(id, copies - 1);
    else this.returned.delete(id);
    return copies > 0;
  }
}

/** amqplib tells a nack from the channel's end only by this message. */
const isNack = (error: unknown): boolean => error instanceof Error && error.message === 'message nacked';

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
