import { type Channel, type ChannelModel, connect, type ConfirmChannel, type RecoveringChannelModel } from 'amqplib';
import { BehaviorSubject, type Observable } from 'rxjs';
import { declare } from './declare';
import type { Metrics } from './metrics';
import type { AmqpOptions } from './options';
import { farewellMs, within } from './patience';

export type ConnectionStatus = 'connected' | 'disconnected';

/** Noticed after two of these: a peer that vanished without closing. */
const heartbeatSeconds = 10;
const handshakeTimeoutMs = 10_000;

/**
 * A connection to the broker that comes back by itself, with growing pauses, for as long as it is not closed, and that declares the
 * whole topology each time before anybody gets a channel.
 */
export class BrokerConnection {
  private readonly current = new BehaviorSubject<ConnectionStatus>('disconnected');
  private readonly address: URL;
  private recovering: Promise<RecoveringChannelModel> | undefined;
  private ended = false;

  constructor(
    private readonly options: AmqpOptions,
    private readonly role: 'publisher' | 'consumer',
    private readonly metrics: Metrics,
  ) {
    this.address = brokerAddress(options.url);
    metrics.connected(role, false);
  }

  get status(): Observable<ConnectionStatus> {
    return this.current.asObservable();
  }

  get connected(): boolean {
    return this.current.value === 'connected';
  }

  get closed(): boolean {
    return this.ended;
  }

  /** Begins to connect, if it has not; asking for a channel does so too. */
  async open(): Promise<RecoveringChannelModel> {
    if (this.ended) throw new Error('the connection to the broker is closed');
    this.recovering ??= this.connect();
    return this.recovering;
  }

  /** Waits until there is a connection; rejects once it is closed for good. */
  async channel(): Promise<Channel> {
    return (await this.open()).createChannel();
  }

  /** As `channel`, with publisher confirms. */
  async confirmChannel(): Promise<ConfirmChannel> {
    return (await this.open()).createConfirmChannel();
  }

  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    const model = await this.recovering;
    // A broker that does not answer any more is not waited for.
    if (model) await within(farewellMs, model.close());
    this.enter('disconnected');
    this.current.complete();
  }

  private async connect(): Promise<RecoveringChannelModel> {
    const model = await connect(this.address.href, {
      noDelay: true,
      timeout: handshakeTimeoutMs,
      clientProperties: { connection_name: `${this.options.name ?? 'axis'} ${this.role}` },
      recovery: {
        waitForConnect: false,
        initialDelay: 100,
        maxDelay: 5_000,
        setup: (opened: ChannelModel) => this.prepare(opened),
      },
    });
    this.follow(model);
    return model;
  }

  private async prepare(model: ChannelModel): Promise<void> {
    // amqplib listens to a new connection only after this step; unheard, an error in it would end the process.
    model.on('error', () => undefined);
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    await declare(channel, this.options.topology);
    await channel.close();
  }

  private follow(model: RecoveringChannelModel): void {
    const { log } = this.options;
    const fields = { broker: this.address.host, role: this.role };
    model.on('connect', () => {
      log.info(fields, 'connected to the broker');
      this.enter('connected');
    });
    model.on('disconnect', (error) => {
      log.warn({ ...fields, error: error.message }, 'lost the connection to the broker');
      this.enter('disconnected');
    });
    model.on('connect-failed', (error) => {
      if (declaredOtherwise(error)) log.error({ ...fields, error: error.message }, OTHERWISE);
      else log.warn({ ...fields, error: error.message }, 'cannot connect to the broker yet');
    });
    model.on('blocked', (reason) => {
      log.warn({ ...fields, reason }, 'the broker takes no publishes for now');
    });
    model.on('unblocked', () => {
      log.info(fields, 'the broker takes publishes again');
    });
    // Always followed by 'disconnect', which says the same.
    model.on('error', () => undefined);
  }

  private enter(status: ConnectionStatus): void {
    this.metrics.connected(this.role, status === 'connected');
    this.current.next(status);
  }
}

/** AMQP 0-9-1 reply code 406: a queue of that name exists with other arguments, and those can never change. */
function declaredOtherwise(error: Error): boolean {
  return 'code' in error && error.code === 406;
}

const OTHERWISE =
  'a queue exists on the broker with other arguments than this version declares: let the old version empty it and delete it, ' +
  'or set another AMQP_NAMESPACE';

function brokerAddress(url: string): URL {
  const address = new URL(url);
  if (address.protocol !== 'amqp:' && address.protocol !== 'amqps:') {
    throw new TypeError(`a broker's address begins with amqp:// or amqps://, not ${address.protocol}//`);
  }
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeatSeconds));
  return address;
}
