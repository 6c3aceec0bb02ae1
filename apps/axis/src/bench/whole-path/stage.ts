import type { Channel, ConsumeMessage } from 'amqplib';

const PREFETCH = 400;
const TOGETHER = 100;

/** A consumer of the probe: takes what has come while it worked, up to a hundred, and acknowledges when that is committed. */
export class Stage {
  private waiting: ConsumeMessage[] = [];
  private busy = false;

  private constructor(
    private readonly channel: Channel,
    private readonly handle: (events: readonly unknown[]) => Promise<void>,
  ) {}

  static async begin(
    channel: Channel,
    queue: string,
    handle: (events: readonly unknown[]) => Promise<void>,
  ): Promise<void> {
    const stage = new Stage(channel, handle);
    await channel.prefetch(PREFETCH);
    await channel.consume(queue, (message) => {
      if (message) stage.waiting.push(message);
      // A failure ends the process, and with it the measurement.
      void stage.work();
    });
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length > 0) {
      const taken = this.waiting.splice(0, TOGETHER);
      await this.handle(taken.map(({ content }) => JSON.parse(content.toString()) as unknown));
      for (const message of taken) this.channel.ack(message);
    }
    this.busy = false;
  }
}
