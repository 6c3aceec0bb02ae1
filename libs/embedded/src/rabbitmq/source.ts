import { EmbeddedError } from '../errors';
import { canFetchPackages, unpackedPackages } from '../packages/unpacked-packages';
import type { LogLine } from '../process/server-process';
import { dockerAnswers, RABBITMQ_IMAGE } from './docker-broker';
import { type Installation, installedRabbitMq, unpackedRabbitMq } from './installation';
import { RABBITMQ_PACKAGES } from './packages';

/** Where a RabbitMQ comes from, in the order they are tried. */
export const RABBITMQ_SOURCES = ['installed', 'packages', 'docker'] as const;
export type RabbitMqSource = (typeof RABBITMQ_SOURCES)[number];

export type RabbitMqEngine =
  | { readonly source: 'installed' | 'packages'; readonly origin: string; readonly installation: Installation }
  | { readonly source: 'docker'; readonly origin: string };

const ADVICE =
  'RabbitMQ is not here and could not be fetched. Install it (Debian, Ubuntu: apt-get install rabbitmq-server), ' +
  'or start a Docker engine, or set AMQP_URL to a RabbitMQ of yours.';

/**
 * The RabbitMQ to run.
 * @param cacheDir where fetched packages are kept for the next time
 * @param only leaves out the other sources
 * @throws EmbeddedError embedded.rabbitmq-missing: what to install
 */
export async function findRabbitMq(cacheDir: string, log: LogLine, only?: RabbitMqSource): Promise<RabbitMqEngine> {
  const failures: string[] = [];
  for (const source of only ? [only] : RABBITMQ_SOURCES) {
    try {
      const engine = await engineFrom(source, cacheDir, log);
      if (engine) return engine;
    } catch (error) {
      if (!(error instanceof EmbeddedError)) throw error;
      log(error.message);
      failures.push(error.message);
    }
  }
  throw new EmbeddedError('embedded.rabbitmq-missing', [ADVICE, ...failures].join('\n'));
}

async function engineFrom(source: RabbitMqSource, cacheDir: string, log: LogLine): Promise<RabbitMqEngine | undefined> {
  switch (source) {
    case 'installed':
      return local(source, installedRabbitMq(), 'installed here');
    case 'packages':
      if (!canFetchPackages()) return undefined;
      return local(
        source,
        unpackedRabbitMq(await unpackedPackages(RABBITMQ_PACKAGES, cacheDir, log)),
        'from the distribution’s packages',
      );
    case 'docker':
      return (await dockerAnswers()) ? { source, origin: `RabbitMQ from Docker (${RABBITMQ_IMAGE})` } : undefined;
  }
}

function local(
  source: 'installed' | 'packages',
  installation: Installation | undefined,
  origin: string,
): RabbitMqEngine | undefined {
  return installation && { source, installation, origin: `RabbitMQ ${installation.version} ${origin}` };
}
