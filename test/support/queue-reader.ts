import { type ChannelModel, connect, type ConsumeMessage } from 'amqplib';

/** What `PUT /v1/subscriptions/amqp` answers, as far as a client needs it. */
export interface Queue {
  readonly url: string;
  readonly queue: string;
  readonly username: string;
  readonly password: string | null;
}

/** An event as it lay in the queue. */
export interface QueuedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly cursor: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A document system that consumes its own queue by its own credentials: each event once, by its id. */
export class QueueReader {
  readonly events: QueuedEvent[] = [];
  /** Messages that came, repetitions among them. */
  messages = 0;
  private readonly seen = new Set<string>();

  private constructor(private readonly connection: ChannelModel) {}

  static async open(queue: Queue): Promise<QueueReader> {
    const connection = await connectTo(queue);
    const reader = new QueueReader(connection);
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await channel.prefetch(100);
    await channel.consume(queue.queue, (message) => {
      if (!message) return;
      reader.take(message);
      channel.ack(message);
    });
    return reader;
  }

  /** Ends when the broker puts this client out. */
  get ended(): Promise<unknown> {
    return new Promise((resolve) => this.connection.once('close', resolve));
  }

  of(type: string): QueuedEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  async close(): Promise<void> {
    await this.connection.close().catch(() => undefined);
  }

  private take({ properties, content }: ConsumeMessage): void {
    this.messages++;
    const attribute = (name: string): string | undefined =>
      properties.headers?.[`cloudEvents_${name}`] as string | undefined;
    const [id = '', type = '', subject = ''] = [attribute('id'), attribute('type'), attribute('subject')];
    if (this.seen.has(id)) return;
    this.seen.add(id);
    const data = JSON.parse(content.toString()) as QueuedEvent['data'];
    this.events.push({ id, type, subject, cursor: attribute('cursor'), data });
  }
}

export async function connectTo({ url, username, password }: Queue): Promise<ChannelModel> {
  const address = new URL(url);
  address.username = username;
  address.password = password ?? '';
  const connection = await connect(address.href);
  connection.on('error', () => undefined);
  return connection;
}
