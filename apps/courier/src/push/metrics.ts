import { Counter } from 'prom-client';

export const pushed = new Counter({
  name: 'axis_push_events_total',
  help: 'Events that subscribers took',
  labelNames: ['kind'],
});

export const pushFailed = new Counter({
  name: 'axis_push_failed_total',
  help: 'Attempts to bring events to a subscriber that failed',
  labelNames: ['kind'],
});

export const disabled = new Counter({
  name: 'axis_push_disabled_total',
  help: 'Subscriptions disabled by the axis',
  labelNames: ['kind'],
});
