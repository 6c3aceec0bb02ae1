import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { migrate } from '@axis/storage';
import { Client } from 'pg';
import { processorSeconds } from '../processor-time';
import { Worker } from '../worker';
import type { AxisAddress, AxisQuestion } from './axis-process';
import type { ProbeQuestion } from './probe-process';
import type { SenderQuestion } from './sender-process';

/** The agencies documents are sent to; the first gets those with one addressee. */
export const ADDRESSEES = Array.from({ length: 1000 }, (_, index) => `H99.${String(index + 1).padStart(4, '0')}`);

/** Everything a measurement needs, each in processes of its own: the axis with its servers, the senders, the bare probe. */
export class Rig {
  private constructor(
    private readonly home: string,
    private readonly axis: Worker<AxisQuestion>,
    readonly senders: Worker<SenderQuestion>,
    readonly probe: Worker<ProbeQuestion>,
    /** The axis's database. */
    readonly database: Client,
  ) {}

  /** @param home AXIS_HOME: the measurement's own folder is made in it, so that it lies on the disk the data would. */
  static async open(home: string): Promise<Rig> {
    await mkdir(join(home, 'cache'), { recursive: true });
    const own = await mkdtemp(join(resolve(home), 'bench-'));
    // Postgres, run as nobody when we are root, passes through it.
    await chmod(own, 0o711);
    await symlink(join(resolve(home), 'cache'), join(own, 'cache'));
    const axis = Worker.start<AxisQuestion>(join(__dirname, 'axis-process.js'), join(own, 'axis.log'));
    const senders = Worker.start<SenderQuestion>(join(__dirname, 'sender-process.js'));
    const probe = Worker.start<ProbeQuestion>(join(__dirname, 'probe-process.js'));
    try {
      const address = await axis.ask<AxisAddress>({ ask: 'start', home: own, addressees: ADDRESSEES });
      await senders.ask({ ask: 'join', ...address, axis: address.url });
      await probe.ask({ ask: 'open', database: await probeDatabase(address.database), broker: address.broker });
      const database = new Client({ connectionString: address.database });
      await database.connect();
      return new Rig(own, axis, senders, probe, database);
    } catch (error) {
      await Promise.all([axis.stop(), senders.stop(), probe.stop()]);
      await rm(own, { recursive: true, force: true });
      throw error;
    }
  }

  /** CPU seconds used so far; 0 for a server that cannot be looked at. */
  async processorSeconds(): Promise<Readonly<Record<'axis' | 'postgres' | 'rabbitMq', number>>> {
    return {
      axis: await this.axis.ask<number>({ ask: 'processorSeconds' }),
      postgres: processorSeconds('postgres', this.home),
      rabbitMq: processorSeconds('beam.smp', this.home),
    };
  }

  async close(): Promise<void> {
    await this.database.end();
    await this.probe.stop();
    await this.senders.stop();
    await this.axis.ask({ ask: 'stop' });
    await this.axis.stop();
    await rm(this.home, { recursive: true, force: true });
  }
}

/** The same tables and indexes in a database of the same server. */
async function probeDatabase(axis: string): Promise<string> {
  const admin = new Client({ connectionString: axis });
  await admin.connect();
  await admin.query('CREATE DATABASE probe');
  await admin.end();
  const url = new URL(axis);
  url.pathname = '/probe';
  await migrate(url.toString());
  return url.toString();
}
