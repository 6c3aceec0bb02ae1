import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runningInstance } from '@axis/embedded';
import { loadConfig } from '@axis/platform';
import { type Command, tell } from './command';

/** Fetched programs: data of no one. */
const KEPT = 'cache';
/** What the axis keeps, and what a bench leaves that was killed. */
const DATA = /^(postgres|rabbitmq|keys|demo|instance\.json|bench-.*)$/;

/** `npm run reset`: removes all data of the axis in this folder; servers given by DATABASE_URL and AMQP_URL are not touched. */
export const reset: Command = async () => {
  const { home } = loadConfig(process.env);
  const running = await runningInstance(home);
  if (running) {
    tell(`An axis runs on ${home} (process ${running.pid}). Stop it first: kill ${running.pid}`);
    return 1;
  }
  const names = existsSync(home) ? await readdir(home) : [];
  const removed = names.filter((name) => DATA.test(name)).map((name) => join(home, name));
  for (const path of removed) await rm(path, { recursive: true, force: true });
  tell(removed.length > 0 ? `Removed ${removed.join(', ')} (kept: ${KEPT}).` : 'There was nothing to remove.');
  return 0;
};
