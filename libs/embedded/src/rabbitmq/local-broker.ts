import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { endLeftover, type LogLine, ServerProcess, untilReady } from '../process/server-process';
import type { EndingSteps } from '../process/signals';
import type { Broker } from './broker';
import { brokerEnvironment, erlangEnvironment, type RabbitMqPorts, writeConfiguration } from './configuration';
import type { Installation } from './installation';

const ENDING: EndingSteps = [
  { signal: 'SIGTERM', waitMs: 30_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
const CRASH: EndingSteps = [{ signal: 'SIGKILL', waitMs: 5_000 }];

/** Ends the broker and the port daemon of a crashed run. */
export async function endLocalLeftovers(dir: string, log: LogLine): Promise<void> {
  await endLeftover(join(dir, 'broker.json'), ENDING, log);
  await endLeftover(join(dir, 'epmd.json'), CRASH, log);
}

/** Starts Erlang's port daemon on a port of our own (Erlang would start a shared one that nobody ends), then the broker. */
export async function startLocalBroker(
  dir: string,
  { serverScript, environment }: Installation,
  ports: RabbitMqPorts,
  password: string,
  log: LogLine,
): Promise<Broker> {
  const management = { ip: '127.0.0.1', port: ports.management };
  await writeConfiguration(dir, { amqp: `127.0.0.1:${ports.amqp}`, management }, password);
  for (const folder of ['home', 'conf.d', 'log']) await mkdir(join(dir, folder), { recursive: true });
  await writeFile(join(dir, 'enabled_plugins'), '[rabbitmq_management].\n');
  const epmd = await ServerProcess.start({
    command: '/usr/bin/env',
    args: ['epmd'],
    env: { ...environment, ...erlangEnvironment(dir, ports) },
    cwd: dir,
    recordFile: join(dir, 'epmd.json'),
    ending: CRASH,
    log,
  });
  if ((await untilReady(epmd, () => takesConnections(ports.epmd), 10_000)) !== 'ready') {
    await epmd.end();
    throw new Error(`epmd did not start.\n${epmd.recentOutput.join('\n')}`);
  }
  const server = await ServerProcess.start({
    command: serverScript,
    args: [],
    env: { ...environment, ...brokerEnvironment(dir, ports) },
    cwd: dirname(serverScript),
    recordFile: join(dir, 'broker.json'),
    ending: ENDING,
    log,
  });
  const end = async (steps: EndingSteps) => {
    await server.end(steps);
    await epmd.end();
  };
  return { server, stop: () => end(ENDING), kill: () => end(CRASH) };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
