import { join } from 'node:path';
import { type Config, createLogger } from '@axis/platform';
import { type Running, startServices } from '@axis/service';
import { Directory } from '@axis/storage';
import type { Logger } from 'pino';
import { allServices } from './all-services';
import { type Environment, openEnvironment } from './open-environment';
import { SAMPLE_DIR } from './project-dir';
import { ensureSampleKeys, registerSampleSigners } from './sample-keys';

export interface Axis extends Running {
  readonly environment: Environment;
  readonly log: Logger;
}

/** Starts the servers that are missing, then every service, in this process. */
export async function runAxis(config: Config): Promise<Axis> {
  const log = createLogger(config.logLevel);
  if (config.keys.sample) await ensureSampleKeys(config.keys.dir, config.keys.password);
  const environment = await openEnvironment(config, log);
  try {
    const running = await startServices(allServices, environment.config);
    if (environment.privateDatabase) await ensureSampleDirectory(running, environment.config, log);
    await environment.announce(running.url);
    const stop = async () => {
      try {
        await running.stop();
      } finally {
        await environment.close();
      }
    };
    return { ...running, environment, log, stop };
  } catch (error) {
    await environment.close();
    throw error;
  }
}

/** A database of our own that is empty gets the sample agencies, so that there is somebody to write to. */
async function ensureSampleDirectory({ app }: Running, { keys }: Config, log: Logger): Promise<void> {
  const directory = app.get(Directory, { strict: false });
  if (await directory.isEmpty()) {
    const { created } = await directory.importFile(join(SAMPLE_DIR, 'agencies.csv'));
    log.info({ created }, 'sample directory imported');
  }
  if (keys.sample) await registerSampleSigners(directory, keys);
}
