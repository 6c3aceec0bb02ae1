import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, unprivileged } from '../process/run-as';
import { type LogLine, ServerProcess } from '../process/server-process';
import type { Broker } from './broker';
import { type RabbitMqPorts, writeConfiguration } from './configuration';

const run = promisify(execFile);

/** The official image; a fixed minor version, so that data of last month can be read. */
export const RABBITMQ_IMAGE = 'rabbitmq:4.1-management-alpine';

type PublishedPorts = Pick<RabbitMqPorts, 'amqp' | 'management'>;

/** Whether a Docker engine is there and answers. */
export async function dockerAnswers(): Promise<boolean> {
  if (findProgram('docker') === undefined) return false;
  return run('docker', ['info'], { timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}

/** A container outlives the process that asked for it: the engine keeps it. */
export async function removeLeftoverContainer(dir: string): Promise<void> {
  await run('docker', ['rm', '--force', containerOf(dir)]).catch(() => undefined);
}

export async function startDockerBroker(
  dir: string,
  ports: PublishedPorts,
  password: string,
  log: LogLine,
): Promise<Broker> {
  // Inside, the usual ports of all interfaces; outside, only our ports of the loopback.
  await writeConfiguration(dir, { amqp: '5672', management: { ip: '0.0.0.0', port: 15672 } }, password);
  const data = join(dir, 'docker');
  await mkdir(data, { recursive: true });
  // As root the image would change to a user of its own, who could not read our configuration.
  const owner = unprivileged([]) ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  for (const path of [data, join(dir, 'rabbitmq.conf')]) await chown(path, owner.uid, owner.gid);
  const server = await ServerProcess.start({
    command: 'docker',
    args: dockerRun(dir, ports, owner),
    env: process.env,
    cwd: dir,
    recordFile: join(dir, 'broker.json'),
    ending: [
      { signal: 'SIGTERM', waitMs: 30_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ],
    log,
  });
  return {
    server,
    stop: async () => {
      await server.end();
      await removeLeftoverContainer(dir);
    },
    kill: async () => {
      await removeLeftoverContainer(dir);
      await server.end();
    },
  };
}

/** The arguments of `docker run`: in the foreground, so that our signals reach the broker and its log reaches us. */
export function dockerRun(dir: string, ports: PublishedPorts, owner: { uid: number; gid: number }): string[] {
  return [
    ...['run', '--rm', '--name', containerOf(dir), '--hostname', 'axis'],
    // The files it writes belong to us, so that `npm run reset` can remove them.
    ...['--user', `${owner.uid}:${owner.gid}`],
    ...['--publish', `127.0.0.1:${ports.amqp}:5672`],
    ...['--publish', `127.0.0.1:${ports.management}:15672`],
    ...['--volume', `${join(dir, 'docker')}:/var/lib/rabbitmq`],
    ...['--volume', `${join(dir, 'rabbitmq.conf')}:/etc/rabbitmq/rabbitmq.conf:ro`],
    ...['--env', 'RABBITMQ_NODENAME=axis@localhost'],
    RABBITMQ_IMAGE,
  ];
}

function containerOf(dir: string): string {
  return `axis-rabbitmq-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
}
