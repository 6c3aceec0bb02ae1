import type { Registry } from 'prom-client';
import type { Topology } from './topology';

/** What this library writes its log to; a pino logger is one. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface AmqpOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  readonly url: string;
  readonly topology: Topology;
  readonly log: Log;
  /** Where the metrics are registered. Without it none are kept. */
  readonly registry?: Registry;
  /** Name shown in the broker's list of connections. Default `axis`. */
  readonly name?: string;
  /** How long, in ms, a publish may take, reconnects included. Default 30,000. */
  readonly publishTimeoutMs?: number;
  /** How long, in ms, closing waits for running handlers. Default 20,000. */
  readonly drainTimeoutMs?: number;
}
