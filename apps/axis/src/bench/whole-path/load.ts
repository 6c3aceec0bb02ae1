/** What is sent: PDFs of this size, by so many senders each with one request at a time, until the count or the time is reached. */
export interface Load {
  readonly bytes: number;
  readonly senders: number;
  readonly documents: number;
  readonly seconds: number;
  /** Documents a second for all senders together; as fast as answers come, unless said. */
  readonly pace?: number;
}

/** One document that was accepted. Times in Unix ms. */
export interface Accepted {
  readonly documentId: string;
  readonly sentAt: number;
  readonly acceptedAt: number;
}

/** What a process that sends answers. */
export interface Sent {
  readonly accepted: readonly Accepted[];
  /** CPU of the process while it sent. */
  readonly cpuSeconds: number;
}

/** Sends under a load: `send` is called by each sender for the next number until the load is used up. */
export async function sendAll(load: Load, send: (index: number) => Promise<Accepted>): Promise<Sent> {
  const accepted: Accepted[] = [];
  const cpu = process.cpuUsage();
  const begin = now();
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < load.documents && now() < begin + load.seconds * 1000) {
      const index = next++;
      if (load.pace !== undefined) await until(begin + (index * 1000) / load.pace);
      accepted.push(await send(index));
    }
  };
  await Promise.all(Array.from({ length: load.senders }, sender));
  const { user, system } = process.cpuUsage(cpu);
  return { accepted, cpuSeconds: (user + system) / 1e6 };
}

/** Unix ms with fractions. */
export const now = (): number => performance.timeOrigin + performance.now();

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - now())));
}
