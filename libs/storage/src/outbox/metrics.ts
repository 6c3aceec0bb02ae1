import { Counter, Gauge } from 'prom-client';

export const published = new Counter({
  name: 'axis_outbox_published_total',
  help: 'Events the broker confirmed',
});

export const failed = new Counter({
  name: 'axis_outbox_failed_total',
  help: 'Attempts to publish an event that failed',
});

export const waiting = new Gauge({
  name: 'axis_outbox_waiting',
  help: 'Events committed and not yet published, as the active relay last counted',
});

export const oldest = new Gauge({
  name: 'axis_outbox_oldest_seconds',
  help: 'Age of the oldest event not yet published, as the active relay last saw',
});
