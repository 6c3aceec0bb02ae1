import { parseArgs } from 'node:util';
import { Refusal } from '@axis/edoc';
import { ManagementError } from '@axis/messaging';
import { loadConfig } from '@axis/platform';
import type { ServiceConfig } from '@axis/service';
import { SubscriptionStore, SystemEntity } from '@axis/storage';
import type { DataSource } from 'typeorm';
import { type OpenQueue, OwnQueues } from '../../../gateway/src/subscriptions/own-queues';
import { ownQueues } from '../../../gateway/src/subscriptions/own-queues.provider';
import { brokerOf } from './broker-of';
import { type Command, print, printJson, tell, UsageError } from './command';
import { withStorage } from './with-storage';

const USAGE = 'system amqp CLIENT_ID [--renew | --remove] [--json]';

/**
 * `axis system amqp`: gives a document system a queue of its own on the broker for its events, or makes again what is missing of it;
 * `--renew` changes its password, `--remove` takes the queue away. The password is shown once.
 */
export const systemAmqp: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { renew: { type: 'boolean' }, remove: { type: 'boolean' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [clientId] = positionals;
  if (clientId === undefined || (values.renew && values.remove)) throw new UsageError(USAGE);
  const amqp = await brokerOf(loadConfig(process.env), USAGE);
  if (amqp.managementUrl === undefined) throw new UsageError(`${USAGE}\nAMQP_MANAGEMENT_URL is not set.`);
  try {
    return await withStorage((database) => serve(database, amqp, clientId, values));
  } catch (error) {
    if (!(error instanceof ManagementError) && !(error instanceof Refusal)) throw error;
    tell(error.message);
    return 1;
  }
};

async function serve(
  database: DataSource,
  amqp: ServiceConfig['amqp'],
  clientId: string,
  { renew, remove, json }: { readonly renew?: boolean; readonly remove?: boolean; readonly json?: boolean },
): Promise<number> {
  const queues = ownQueues(database, new SubscriptionStore(database), amqp);
  const systemId = await systemOf(database, clientId);
  if (remove) {
    await queues.remove(systemId);
    if (json) printJson({ clientId, removed: true });
    else print(`${clientId} has no queue any more.`);
    return 0;
  }
  const { subscription, password } = await (renew ? queues.renewPassword(systemId) : again(queues, systemId));
  const queue = queues.nameOf(subscription);
  if (json) printJson({ clientId, url: queues.address, queue, username: queue, password });
  else print(shown(queues.address, queue, password));
  return 0;
}

/** What the system itself chose of its events stays chosen. */
async function again(queues: OwnQueues, systemId: string): Promise<OpenQueue> {
  const known = await queues.find(systemId);
  return queues.open(systemId, { types: known?.types ?? null, agencyIds: known?.agencyIds ?? null }, new Date());
}

async function systemOf(database: DataSource, clientId: string): Promise<string> {
  const system = await database.manager.findOneBy(SystemEntity, { clientId });
  if (!system) throw new UsageError(`${USAGE}\nNo system ${clientId} has joined: system register.`);
  return system.id;
}

function shown(address: string, queue: string, password: string | null): string {
  const secret =
    password === null ? '(as told before; --renew makes another)' : `${password}\nKeep it: it is not shown again.`;
  return `broker:   ${address}\nqueue:    ${queue}\nusername: ${queue}\npassword: ${secret}`;
}
