import { join } from 'node:path';
import { runningInstance, runningRabbitMq } from '@axis/embedded';
import type { Config } from '@axis/platform';
import type { ServiceConfig } from '@axis/service';
import { UsageError } from './command';

/**
 * The broker for one command: the one given, or the private one of an axis that runs.
 * @throws UsageError that begins with `usage` when there is neither
 */
export async function brokerOf({ amqp, home }: Config, usage: string): Promise<ServiceConfig['amqp']> {
  const { url } = amqp;
  if (url !== undefined) return { ...amqp, url };
  if (await runningInstance(home)) return { ...amqp, ...(await runningRabbitMq(join(home, 'rabbitmq'))) };
  throw new UsageError(`${usage}\nNo axis runs on ${home}: start it, or set AMQP_URL.`);
}
