import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { newEvent } from './event';
import { eventually, queue, Station, things } from './testing/kit';

const spec = queue('clerk.things', { deliveryLimit: 3, prefetch: 50, concurrency: 1 });

/** Starts the consumer again whenever it dies, as a supervisor would, until told to stop. */
class Supervisor {
  readonly handled: number[] = [];
  deaths = 0;
  private child: ChildProcess | undefined;
  private stopping = false;
  private readonly done: Promise<void>;

  constructor(station: Station) {
    this.done = this.run([station.options.url, JSON.stringify(station.topology), spec.name]);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.child?.kill();
    await this.done;
  }

  private async run(args: string[]): Promise<void> {
    while (!this.stopping) {
      const child = spawn(process.execPath, [join(__dirname, 'testing/crashing-consumer.cjs'), ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      this.child = child;
      createInterface(child.stdout).on('line', (line) => this.handled.push(Number(line)));
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (signal === 'SIGKILL') this.deaths += 1;
    }
  }
}

test('a message that kills its consumer goes to the dead letters past its delivery limit, and only it', async () => {
  const station = new Station([spec]);
  const deadly = newEvent({ type: 'thing.happened', subject: 'deadly', source: 'test', data: { n: -1, deadly: true } });
  const all = things(30);
  await station.publisher.publish([...all.slice(0, 10), deadly, ...all.slice(10)]);

  const supervisor = new Supervisor(station);
  await eventually(async () => {
    expect(await station.deadLetters.count()).toBe(1);
    expect(new Set(supervisor.handled).size).toBe(30);
  }, 60_000);
  await supervisor.stop();

  expect(await station.deadLetters.peek()).toMatchObject([
    {
      id: deadly.id,
      event: { subject: 'deadly' },
      death: { reason: 'delivery-limit', queue: `${station.topology.namespace}.clerk.things` },
    },
  ]);
  // Once with its neighbours in hand, then each time alone.
  expect(supervisor.deaths).toBe(spec.deliveryLimit + 1);
  await station.close();
}, 90_000);
