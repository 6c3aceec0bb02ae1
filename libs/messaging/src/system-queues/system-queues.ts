import { randomBytes } from 'node:crypto';
import { ManagementApi } from './management-api';

/** What a queue holds at most. The axis stops before (QueueWriter); who consumes nothing finds the rest in the feed. */
const MOST_MESSAGES = 10_000;
/** A delivery that is given back stays: RabbitMQ 4 would drop it after 20 times; 3.10 knows no "unlimited". */
const PRACTICALLY_UNLIMITED = 2 ** 31 - 1;
/** A system that opens one after the other takes the broker from nobody else. */
const MOST = { 'max-connections': 10, 'max-channels': 100 };

export interface SystemQueuesOptions {
  /** `amqp(s)://user:password@host:port/vhost` */
  readonly url: string;
  /** `http(s)://[user:password@]host:port`; without user and password, those of `url`. */
  readonly managementUrl: string;
  /** Prefix of the names of all exchanges and queues. */
  readonly namespace: string;
}

/** The queue of a system, which is its user's name too. */
export const systemQueueOf = (namespace: string, clientId: string): string => `${namespace}.system.${clientId}`;

/**
 * Queues of document systems, each with a broker user who may read it and do nothing else. Whatever is there already is left as it
 * is, so each step can be repeated.
 *
 * All throw ManagementError when the broker cannot be reached or does not let the axis do it.
 */
export class SystemQueues {
  private readonly management: ManagementApi;
  private readonly vhost: string;

  constructor(private readonly options: SystemQueuesOptions) {
    const broker = new URL(options.url);
    const address = new URL(options.managementUrl);
    if (address.username === '') {
      address.username = broker.username;
      address.password = broker.password;
    }
    this.management = new ManagementApi(address);
    this.vhost = decodeURIComponent(broker.pathname.slice(1)) || '/';
  }

  /** @returns the password of the user, if it had to be made */
  async open(clientId: string): Promise<string | undefined> {
    const name = this.nameOf(clientId);
    await this.management.put(['queues', this.vhost, name], {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-max-length': MOST_MESSAGES,
        'x-overflow': 'reject-publish',
        'x-delivery-limit': PRACTICALLY_UNLIMITED,
      },
    });
    const password = (await this.management.has('users', name)) ? undefined : await this.setPassword(name);
    await this.management.put(['permissions', this.vhost, name], {
      configure: '^$',
      write: '^$',
      read: `^${name.replaceAll(/[^\w-]/g, '\\$&')}$`,
    });
    for (const [limit, value] of Object.entries(MOST)) {
      await this.management.put(['user-limits', name, limit], { value });
    }
    return password;
  }

  /** Another password; whoever is connected by the one before is put out. */
  async renewPassword(clientId: string): Promise<string> {
    const name = this.nameOf(clientId);
    const password = await this.setPassword(name);
    await this.management.remove('connections', 'username', name);
    return password;
  }

  /** The user, with its connections, and the queue with what is in it. */
  async remove(clientId: string): Promise<void> {
    const name = this.nameOf(clientId);
    await this.management.remove('users', name);
    await this.management.remove('queues', this.vhost, name);
  }

  private async setPassword(name: string): Promise<string> {
    const password = randomBytes(32).toString('base64url');
    await this.management.put(['users', name], { password, tags: '' });
    return password;
  }

  private nameOf(clientId: string): string {
    return systemQueueOf(this.options.namespace, clientId);
  }
}
