import { randomBytes } from 'node:crypto';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { DeadLetters } from '../dead-letters';
import type { EventEnvelope } from '@axis/platform';
import { type Incoming, newEvent } from '../event';
import type { AmqpOptions, Log } from '../options';
import { AmqpPublisher } from '../publisher';
import { deadLettersOf, exchangeOf, queueNameOf, type QueueSpec, retryNameOf, type Topology } from '../topology';
import { AmqpTransport } from '../transport';

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The shared broker of an integration test run. */
export function brokerUrl(): string {
  const url = process.env['TEST_AMQP_URL'];
  if (url === undefined) throw new Error('TEST_AMQP_URL is not set: integration tests need the global setup');
  return url;
}

/** A queue of short waits, changed where a test needs it. */
export function queue(name: string, changes: Partial<QueueSpec> = {}): QueueSpec {
  return { name, events: ['thing.*'], deliveryLimit: 3, retryDelays: [50, 100], prefetch: 20, ...changes };
}

export const thing = (n: number, subject = `thing-${n}`): EventEnvelope<{ n: number }> =>
  newEvent({ type: 'thing.happened', subject, source: 'test', data: { n } });

export const things = (count: number): EventEnvelope<{ n: number }>[] =>
  Array.from({ length: count }, (_, n) => thing(n));

/** Messages with a number in them, and how they came. */
export type Things = readonly Incoming<{ n: number }>[];

/** A service of its own namespace on a real broker, whose parts a test drives by hand. */
export class Station {
  readonly topology: Topology;
  readonly options: AmqpOptions;
  readonly publisher: AmqpPublisher;
  readonly transport: AmqpTransport;
  readonly deadLetters: DeadLetters;

  constructor(queues: readonly QueueSpec[], changes: Partial<AmqpOptions> = {}) {
    this.topology = { namespace: `test-${randomBytes(6).toString('hex')}`, queues };
    this.options = { topology: this.topology, log: silent, ...changes, url: changes.url ?? brokerUrl() };
    this.publisher = new AmqpPublisher(this.options);
    this.transport = this.anotherTransport();
    this.deadLetters = new DeadLetters(this.options, this.publisher);
  }

  /** A second process of the same service, as the broker sees it. */
  anotherTransport(): AmqpTransport {
    return new AmqpTransport(this.options, this.publisher);
  }

  /** Ends it and takes its queues off the broker. */
  async close(): Promise<void> {
    await this.transport.close();
    await this.publisher.close();
    await removeTopology(this.options.url, this.options.topology);
  }
}

export async function removeTopology(url: string, topology: Topology): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  for (const spec of topology.queues) {
    await channel.deleteQueue(queueNameOf(topology, spec));
    for (const delay of spec.retryDelays) {
      await channel.deleteQueue(retryNameOf(topology, delay));
      await channel.deleteExchange(retryNameOf(topology, delay));
    }
  }
  await channel.deleteQueue(deadLettersOf(topology));
  await channel.deleteExchange(exchangeOf(topology));
  await connection.close();
}

/** Waits until the check holds; fails with what it last said otherwise. */
export async function eventually(check: () => void | Promise<void>, withinMs = 10_000): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await pause(20);
    }
  }
}

/** A cable to the broker that a test can pull. */
export class Cable {
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((near) => {
    const far = connectSocket(this.target);
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
    }
    if (this.unplugged) near.destroy();
    near.pipe(far);
    far.pipe(near);
  });
  private unplugged = false;

  private constructor(private readonly target: { port: number; host: string }) {}

  static async to(url: string): Promise<Cable> {
    const { hostname, port } = new URL(url);
    const cable = new Cable({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve) => {
      cable.server.listen(0, '127.0.0.1', resolve);
    });
    return cable;
  }

  /** The broker's address by way of this cable. */
  through(url: string): string {
    const way = new URL(url);
    way.hostname = '127.0.0.1';
    way.port = String((this.server.address() as AddressInfo).port);
    return way.href;
  }

  /** Ends every connection and refuses new ones until `plug`. */
  unplug(): void {
    this.unplugged = true;
    for (const socket of this.sockets) socket.destroy();
  }

  plug(): void {
    this.unplugged = false;
  }

  /** Nothing passes any more, and neither end is told. */
  freeze(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  async remove(): Promise<void> {
    this.unplug();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
