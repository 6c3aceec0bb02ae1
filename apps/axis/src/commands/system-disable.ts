import { parseArgs } from 'node:util';
import { loadConfig } from '@axis/platform';
import { SubscriptionStore, SystemStore } from '@axis/storage';
import type { DataSource } from 'typeorm';
import { ownQueues } from '../../../gateway/src/subscriptions/own-queues.provider';
import { brokerOf } from './broker-of';
import { type Command, print, printJson, tell, UsageError } from './command';
import { withStorage } from './with-storage';

const USAGE = 'system disable CLIENT_ID [--json]';

/**
 * `axis system disable`: shuts a document system out, its queue on the broker too. What its agencies are sent waits for them;
 * `system register` lets it in again, with another secret.
 */
export const systemDisable: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [clientId] = positionals;
  if (clientId === undefined) throw new UsageError(USAGE);
  const closed = await withStorage(async (database) => {
    const systemId = await new SystemStore(database).disable(clientId);
    if (systemId === undefined) throw new UsageError(`${USAGE}\nNo system ${clientId} has joined.`);
    return closeQueue(database, systemId);
  });
  if (values.json) printJson({ clientId, disabled: true, queue: closed });
  else print(`${clientId} is shut out, within five seconds.`);
  if (closed === 'left')
    tell('It has a queue on the broker and AMQP_MANAGEMENT_URL is not set: remove its user there.');
  return closed === 'left' ? 1 : 0;
};

/** Afterwards: nothing of the broker is to keep the system in. */
async function closeQueue(database: DataSource, systemId: string): Promise<'none' | 'removed' | 'left'> {
  const subscriptions = new SubscriptionStore(database);
  const config = loadConfig(process.env);
  if (!(await ownQueues(database, subscriptions, config.amqp).find(systemId))) return 'none';
  const amqp = await brokerOf(config, USAGE);
  if (amqp.managementUrl === undefined) return 'left';
  await ownQueues(database, subscriptions, amqp).remove(systemId);
  return 'removed';
}
