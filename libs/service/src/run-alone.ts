import { type Config, ConfigError, createLogger, loadConfig } from '@axis/platform';
import { type Service, type ServiceConfig, startServices } from './start-services';

/** The life of a process that is one service: configured by its environment, stopped by SIGTERM or SIGINT. */
export async function runAlone(service: Service): Promise<void> {
  try {
    const config = requireServers(loadConfig(process.env));
    const log = createLogger(config.logLevel).child({ service: service.name });
    const running = await startServices([service], config);
    log.info({ url: running.url }, 'ready');
    const stop = () => {
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'did not stop cleanly');
          process.exit(1);
        },
      );
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    process.stderr.write(
      `${error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exit(1);
  }
}

function requireServers(config: Config): ServiceConfig {
  const { database, amqp } = config;
  if (database.url === undefined || amqp.url === undefined) {
    throw new ConfigError(
      'A service that runs alone needs DATABASE_URL and AMQP_URL. `npm start` runs all of them with servers of its own.',
    );
  }
  return { ...config, database: { ...database, url: database.url }, amqp: { ...amqp, url: amqp.url } };
}
