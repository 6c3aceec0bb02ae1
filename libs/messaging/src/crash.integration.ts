import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram, type ChildProgram } from '@axis/testing';
import { newEvent } from './event';
import { eventually, queue, Station, things } from './testing/kit';

const spec = queue('clerk.things', { deliveryLimit: 3, prefetch: 50, concurrency: 1 });

/** A consumer that dies of one message, as by a fault in native code, and writes down the others in a file. */
const consumer = ({ options: { url, topology } }: Station, ledger: string): string => `
  const { appendFileSync } = require('node:fs');
  const { AmqpPublisher, AmqpTransport } = require('@axis/messaging');
  const log = { info() {}, warn() {}, error() {} };
  const options = { url: ${JSON.stringify(url)}, topology: ${JSON.stringify(topology)}, log };
  const transport = new AmqpTransport(options, new AmqpPublisher(options));
  transport.consume(options.topology.queues[0], async (messages) => {
    for (const { event } of messages) {
      if (event.data.deadly) process.kill(process.pid, 'SIGKILL');
      appendFileSync(${JSON.stringify(ledger)}, event.data.n + '\\n');
    }
  });
  void transport.start();
  process.once('SIGTERM', () => process.exit());
`;

/** Starts a program again whenever it dies, until told to stop. */
class Supervisor {
  starts = 0;
  private child: ChildProgram | undefined;
  private stopping = false;
  private readonly done: Promise<void>;

  constructor(private readonly code: string) {
    this.done = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.child?.kill('SIGTERM');
    await this.done;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.starts += 1;
      this.child = childProgram(this.code);
      this.child.firstLine.catch(() => undefined);
      await this.child.exited;
    }
  }
}

test('a message that kills its consumer goes to the dead letters past its delivery limit, and only it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'axis-crash-'));
  const ledger = join(dir, 'handled');
  appendFileSync(ledger, '');
  const handled = (): Set<string> => new Set(readFileSync(ledger, 'utf8').split('\n').filter(Boolean));
  const station = new Station([spec]);
  const deadly = newEvent({ type: 'thing.happened', subject: 'deadly', source: 'test', data: { deadly: true } });
  const all = things(30);
  await station.publisher.publish([...all.slice(0, 10), deadly, ...all.slice(10)]);

  const supervisor = new Supervisor(consumer(station, ledger));
  await eventually(async () => {
    expect(await station.deadLetters.count()).toBe(1);
    expect(handled().size).toBe(30);
    // It died as often as the message was handed out, and once started more it lived.
    expect(supervisor.starts).toBe(spec.deliveryLimit + 2);
  }, 60_000);
  await supervisor.stop();

  expect(await station.deadLetters.peek()).toMatchObject([
    {
      id: deadly.id,
      event: { subject: 'deadly' },
      death: { reason: 'delivery-limit', queue: `${station.topology.namespace}.clerk.things` },
    },
  ]);
  await station.close();
  rmSync(dir, { recursive: true });
}, 90_000);
