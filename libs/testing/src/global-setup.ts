import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Jest does not map module names here.
import { startPostgres, startRabbitMq } from '../../embedded/src';
import { keep } from './running-servers';

const cacheDir = join(__dirname, '../../../.axis/cache');
const log = (): void => undefined;

/**
 * Starts one Postgres and one RabbitMQ for all tests of this run that need them, and tells the test files where they are:
 * TEST_DATABASE_URL, TEST_AMQP_URL, TEST_AMQP_MANAGEMENT_URL. A server named by these already is used as it is.
 */
export default async function startServers(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'axis-test-'));
  // Postgres, run as nobody when we are root, passes through it.
  await chmod(dir, 0o711);
  process.env['TEST_RUN'] = randomBytes(4).toString('hex');
  const [postgres, rabbitMq] = await Promise.all([
    process.env['TEST_DATABASE_URL'] === undefined
      ? startPostgres({ dir: join(dir, 'postgres'), log, durable: false })
      : undefined,
    process.env['TEST_AMQP_URL'] === undefined
      ? startRabbitMq({ dir: join(dir, 'rabbitmq'), cacheDir, log })
      : undefined,
  ]);
  if (postgres) process.env['TEST_DATABASE_URL'] = postgres.url;
  if (rabbitMq) {
    process.env['TEST_AMQP_URL'] = rabbitMq.url;
    process.env['TEST_AMQP_MANAGEMENT_URL'] = rabbitMq.managementUrl;
  }
  keep({ dir, servers: [postgres, rabbitMq].filter((server) => server !== undefined) });
}
