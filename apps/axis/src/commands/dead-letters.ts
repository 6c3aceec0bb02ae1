import { parseArgs } from 'node:util';
import { AmqpPublisher, axisTopology, type DeadLetter, DeadLetters } from '@axis/messaging';
import { createLogger, loadConfig } from '@axis/platform';
import { brokerOf } from './broker-of';
import { type Command, print, printJson } from './command';

const USAGE = 'dead-letters [--requeue all|ID]… [--json]';

/**
 * `axis dead-letters`: the messages that were given up, each with its reason and history; `--requeue` sends them back to the
 * queues they died in. 0 when none is left, 1 when some are.
 */
export const deadLetters: Command = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { requeue: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  });
  const config = loadConfig(process.env);
  const options = {
    url: (await brokerOf(config, USAGE)).url,
    topology: axisTopology(config.amqp.namespace),
    log: createLogger('warn'),
    name: 'dead-letters',
  };
  const publisher = new AmqpPublisher(options);
  try {
    const letters = new DeadLetters(options, publisher);
    const wanted = new Set(values.requeue);
    const sentBack = wanted.size === 0 ? 0 : await letters.requeue(({ id }) => wanted.has('all') || wanted.has(id));
    const left = await letters.peek(1000);
    if (values.json) printJson({ sentBack, left: left.map(described) });
    else {
      if (wanted.size > 0) print(`${sentBack} sent back`);
      for (const letter of left) print(line(described(letter)));
      if (left.length === 0) print('There are no dead letters.');
    }
    return left.length === 0 ? 0 : 1;
  } finally {
    await publisher.close();
  }
};

function described({ id, event, death, history }: DeadLetter) {
  return { id, type: event?.type ?? null, subject: event?.subject ?? null, ...death, failures: history.failures };
}

function line({ id, type, subject, reason, queue, failures }: ReturnType<typeof described>): string {
  const last = failures.at(-1);
  const why = last ? `: ${last.code}: ${last.message}` : '';
  return `${id}  ${type ?? '?'} ${subject ?? ''}  ${reason ?? '?'} in ${queue ?? '?'}${why}`;
}
