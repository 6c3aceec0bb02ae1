import type { Channel, GetMessage } from 'amqplib';
import type { EventEnvelope } from '@axis/platform';
import type { AmqpOptions } from './options';
import type { AmqpPublisher } from './publisher';
import { deadLettersOf } from './topology';
import { deathOf, type Death, decodeEvent, type History, historyOf, republish } from './wire';

/** A message that was given up. */
export interface DeadLetter {
  /** The event's id. */
  readonly id: string;
  /** Undefined when it is not readable as an event. */
  readonly event: EventEnvelope | undefined;
  /** The body as it came. */
  readonly content: Buffer;
  /** Undefined when it was put here by other means than dying; then there is no queue to return to. */
  readonly death: Death | undefined;
  readonly history: History;
}

/** Looks at the messages that were given up, and sends them back to work. */
export class DeadLetters {
  constructor(
    private readonly options: AmqpOptions,
    private readonly publisher: AmqpPublisher,
  ) {}

  async count(): Promise<number> {
    return this.visit(async (channel) => (await channel.checkQueue(this.queue)).messageCount);
  }

  /** The first `limit`, oldest first; they stay where they are. Two who look at once see different ones. */
  async peek(limit = 100): Promise<DeadLetter[]> {
    return this.visit(async (channel) => {
      const seen: DeadLetter[] = [];
      while (seen.length < limit) {
        const message = await channel.get(this.queue);
        if (message === false) break;
        seen.push(deadLetterOf(message));
      }
      return seen;
    });
  }

  /**
   * Sends those that the predicate picks back to the queues they died in, with all their attempts before them and their history kept.
   * One that dies again meanwhile is left for another time. Says how many went back.
   */
  async requeue(predicate: (letter: DeadLetter) => boolean): Promise<number> {
    return this.visit(async (channel) => {
      const sentBack = new Set<string>();
      for (;;) {
        const message = await channel.get(this.queue);
        if (message === false) return sentBack.size;
        const letter = deadLetterOf(message);
        if (!letter.death) continue;
        const key = `${letter.death.queue} ${letter.id}`;
        if (sentBack.has(key) || !predicate(letter)) continue;
        if (await this.sendBack(message, letter.death, letter.history)) {
          channel.ack(message);
          sentBack.add(key);
        }
      }
    });
  }

  private get queue(): string {
    return deadLettersOf(this.options.topology);
  }

  private async sendBack(message: GetMessage, { queue }: Death, history: History): Promise<boolean> {
    const afresh = { ...history, failedAttempts: 0 };
    const [outcome] = await this.publisher.sender.send([
      republish(message, { exchange: '', routingKey: queue }, afresh),
    ]);
    if (outcome === 'confirmed') return true;
    this.options.log.warn({ queue, outcome }, 'a dead letter could not be sent back');
    return false;
  }

  /** What was taken and not acknowledged goes back to its place afterwards. */
  private async visit<T>(look: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.publisher.connection.channel();
    channel.on('error', (error) => {
      this.options.log.warn({ error: error.message }, 'looking at the dead letters failed');
    });
    try {
      return await look(channel);
    } finally {
      await putBack(channel);
    }
  }
}

async function putBack(channel: Channel): Promise<void> {
  try {
    // The close alone would do so too, but some time after it was answered.
    channel.nackAll(true);
    await channel.close();
  } catch {
    // The channel is gone, and with it whatever it had taken.
  }
}

function deadLetterOf(message: GetMessage): DeadLetter {
  return {
    id: String(message.properties.messageId),
    event: decodeEvent(message),
    content: message.content,
    death: deathOf(message),
    history: historyOf(message),
  };
}
