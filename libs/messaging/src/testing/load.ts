import { setTimeout as pause } from 'node:timers/promises';
import type { QueueSpec } from '../topology';
import { type Station, things, type Things } from './kit';

/** A consumer that remembers each event by its id, as a database with a unique key would. */
export function remembering(station: Station, spec: QueueSpec): { done: Set<string>; repeats: () => number } {
  const done = new Set<string>();
  let handled = 0;
  station.transport.consume(spec, async (messages: Things) => {
    await pause(2);
    for (const { event } of messages) done.add(event.id);
    handled += messages.length;
  });
  return { done, repeats: () => handled - done.size };
}

/** Publishes without end until stopped; what it says was confirmed must arrive. */
export function load(station: Station): { stop: () => Promise<Set<string>> } {
  const confirmed = new Set<string>();
  const until = new AbortController();
  const publishing = (async () => {
    while (!until.signal.aborted) {
      const events = things(50);
      const outcomes = await station.publisher.publish(events);
      outcomes.forEach((outcome, n) => {
        const { id } = events[n] ?? { id: '' };
        if (outcome === 'confirmed') confirmed.add(id);
      });
      await pause(5);
    }
  })();
  return {
    stop: async () => {
      until.abort();
      await publishing;
      return confirmed;
    },
  };
}

export const missing = (confirmed: Set<string>, done: Set<string>): string[] =>
  [...confirmed].filter((id) => !done.has(id));
