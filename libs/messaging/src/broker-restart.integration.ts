import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EmbeddedServer, startRabbitMq } from '@axis/embedded';
import { eventually, queue, Station, things } from './testing/kit';
import { load, missing, remembering } from './testing/load';

const spec = queue('clerk.things', { prefetch: 100, batch: { size: 20, waitMs: 2 }, deliveryLimit: 20 });

let broker: EmbeddedServer;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'axis-messaging-'));
  broker = await startRabbitMq({ dir, cacheDir: join(__dirname, '../../../.axis/cache'), log: () => undefined });
}, 180_000);

afterAll(async () => {
  await broker.stop();
  await rm(dir, { recursive: true, force: true });
});

test.each(['stopped', 'killed'])(
  'under load, %s and started again: everything confirmed is handled, once in effect',
  async (how) => {
    const station = new Station([spec], { url: broker.url });
    const { done, repeats } = remembering(station, spec);
    await station.transport.start();
    const publishing = load(station);
    await eventually(() => {
      expect(done.size).toBeGreaterThan(500);
    });

    if (how === 'killed') await broker.kill();
    await broker.restart();
    const before = done.size;
    await eventually(() => {
      expect(station.transport.isHealthy()).toBe(true);
      expect(done.size).toBeGreaterThan(before + 500);
    }, 60_000);

    const confirmed = await publishing.stop();
    await eventually(() => {
      expect(missing(confirmed, done)).toEqual([]);
    }, 30_000);
    expect(await station.deadLetters.count()).toBe(0);
    process.stdout.write(`broker ${how}: ${confirmed.size} confirmed, ${done.size} handled, ${repeats()} came again\n`);
    await station.close();
  },
  180_000,
);

test('a service that starts before its broker waits for it', async () => {
  await broker.stop();
  const station = new Station([spec], { url: broker.url });
  const { done } = remembering(station, spec);
  const starting = station.transport.start();
  const publishing = station.publisher.publish(things(3));
  expect(await Promise.race([starting, pause(500, 'waiting')])).toBe('waiting');
  expect(station.transport.isHealthy()).toBe(false);

  await broker.restart();

  await starting;
  expect(await publishing).toEqual(['confirmed', 'confirmed', 'confirmed']);
  await eventually(() => {
    expect(done.size).toBe(3);
  });
  await station.close();
}, 120_000);
