import { setTimeout as pause } from 'node:timers/promises';
import type { BrokerConnection } from './connection';
import type { Log } from './options';
import { Outlet, type PublishOutcome } from './outlet';
import type { Outgoing } from './wire';

const unconfirmed: PublishOutcome = { failed: 'unconfirmed', detail: 'the broker did not confirm it in time' };

/**
 * Publishes with confirms, many at a time, and again when the channel or connection is lost before the broker answered. So a message may
 * come twice, but is never dropped in silence.
 */
export class Sender {
  private outlet: Promise<Outlet> | undefined;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly timeoutMs: number,
    private readonly log: Log,
  ) {}

  /** One outcome per message, in the same order, after at most the timeout. Never rejects. */
  async send(messages: readonly Outgoing[]): Promise<PublishOutcome[]> {
    if (messages.length === 0) return [];
    const deadline = new Deadline(this.timeoutMs);
    const outcomes = messages.map(() => unconfirmed);
    let open = messages.map((message, index) => ({ message, index }));
    while (open.length > 0 && !deadline.passed && !this.connection.closed) {
      const outlet = await deadline.orSooner(this.open());
      if (outlet === undefined) continue;
      open = await this.sendThrough(outlet, open, outcomes, deadline);
    }
    deadline.clear();
    // A copy: an answer that comes after the deadline changes nothing any more.
    return [...outcomes];
  }

  /** Notes what is decided and returns what was lost with the channel. */
  private async sendThrough(
    outlet: Outlet,
    messages: { message: Outgoing; index: number }[],
    outcomes: PublishOutcome[],
    deadline: Deadline,
  ): Promise<{ message: Outgoing; index: number }[]> {
    const lost: typeof messages = [];
    const answers: Promise<void>[] = [];
    for (const each of messages) {
      if (outlet.full) await deadline.orSooner(outlet.ready());
      if (deadline.passed) break;
      const note = async (): Promise<void> => {
        const outcome = await outlet.send(each.message);
        if (outcome === 'lost') lost.push(each);
        else outcomes[each.index] = outcome;
      };
      answers.push(note());
    }
    await deadline.orSooner(Promise.all(answers));
    return lost;
  }

  private async open(): Promise<Outlet | undefined> {
    this.outlet ??= this.connection.confirmChannel().then((channel) => new Outlet(channel, this.log));
    const opening = this.outlet;
    try {
      const outlet = await opening;
      if (outlet.open) return outlet;
    } catch (error) {
      // The connection went while the channel was being opened: the next one is waited for.
      if (!this.connection.closed) this.log.warn({ error: String(error) }, 'could not open a publishing channel');
      await pause(50);
    }
    if (this.outlet === opening) this.outlet = undefined;
    return undefined;
  }
}

/** A point in time that several waits share. */
class Deadline {
  passed = false;
  private readonly timer: NodeJS.Timeout;
  private readonly coming: Promise<undefined>;

  constructor(ms: number) {
    let arrive: () => void = () => undefined;
    this.coming = new Promise((resolve) => {
      arrive = () => {
        resolve(undefined);
      };
    });
    this.timer = setTimeout(() => {
      this.passed = true;
      arrive();
    }, ms);
  }

  orSooner<T>(promise: Promise<T>): Promise<T | undefined> {
    return Promise.race([promise, this.coming]);
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}
