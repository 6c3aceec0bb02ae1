import { rm } from 'node:fs/promises';
import { take } from './running-servers';
import { dropDatabasesOfThisRun } from './servers';

/** Leaves nothing of a test run behind: no database on a server that was there before, no process, no file. */
export default async function stopServers(): Promise<void> {
  const running = take();
  if (running === undefined) return;
  await dropDatabasesOfThisRun();
  await Promise.all(running.servers.map((server) => server.stop()));
  await rm(running.dir, { recursive: true, force: true });
}
