import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';
import type { DeathReason } from './failure';

/** What is counted. Several parts of one process share one set of counters. */
export interface Metrics {
  handled(queue: string, messages: number, seconds: number): void;
  failed(queue: string): void;
  retried(queue: string): void;
  deadLettered(queue: string, reason: DeathReason): void;
  published(outcome: string): void;
  connected(role: string, yes: boolean): void;
}

const none: Metrics = {
  handled: () => undefined,
  failed: () => undefined,
  retried: () => undefined,
  deadLettered: () => undefined,
  published: () => undefined,
  connected: () => undefined,
};

function once<M extends Metric>(registry: Registry, name: string, create: () => M): M {
  // The registry returns under a name what `create` put there.
  return (registry.getSingleMetric(name) as M | undefined) ?? create();
}

export function metricsIn(registry: Registry | undefined): Metrics {
  if (registry === undefined) return none;
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    once(registry, name, () => new Counter({ name, help, labelNames, registers }));

  const handled = counter('axis_messages_handled_total', 'Messages handled and acknowledged', ['queue']);
  const failed = counter('axis_messages_failed_total', 'Handlings of a single message that threw', ['queue']);
  const retried = counter('axis_messages_retried_total', 'Messages sent to a delayed retry', ['queue']);
  const dead = counter('axis_messages_dead_lettered_total', 'Messages given up by their consumer', ['queue', 'reason']);
  const published = counter('axis_messages_published_total', 'Published messages by what became of them', ['outcome']);
  const seconds = once(registry, 'axis_messages_handling_seconds', () => {
    return new Histogram({
      name: 'axis_messages_handling_seconds',
      help: 'Duration of one handling of a batch',
      labelNames: ['queue'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
  });
  const up = once(registry, 'axis_amqp_connected', () => {
    return new Gauge({
      name: 'axis_amqp_connected',
      help: '1 while connected to the broker',
      labelNames: ['role'],
      registers,
    });
  });

  return {
    handled(queue, messages, duration) {
      handled.inc({ queue }, messages);
      seconds.observe({ queue }, duration);
    },
    failed(queue) {
      failed.inc({ queue });
    },
    retried(queue) {
      retried.inc({ queue });
    },
    deadLettered(queue, reason) {
      dead.inc({ queue, reason });
    },
    published(outcome) {
      published.inc({ outcome });
    },
    connected(role, yes) {
      up.set({ role }, yes ? 1 : 0);
    },
  };
}
