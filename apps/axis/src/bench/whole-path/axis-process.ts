import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgencyCode } from '@axis/edoc';
import { loadConfig } from '@axis/platform';
import { Directory, SecretBox, SystemStore } from '@axis/storage';
import { type Axis, runAxis } from '../../environment/run-axis';
import { SAMPLE_AGENCIES } from '../../environment/sample-keys';
import { serve } from '../worker';

export type AxisQuestion =
  | {
      readonly ask: 'start';
      /** AXIS_HOME, of this measurement alone. */
      readonly home: string;
      /** Agencies put into the directory besides the sample: whom documents are sent to. */
      readonly addressees: readonly string[];
    }
  /** CPU seconds used so far. */
  | { readonly ask: 'processorSeconds' }
  | { readonly ask: 'stop' };

/** What senders and probe need to know of a running axis. */
export interface AxisAddress {
  readonly url: string;
  readonly database: string;
  readonly broker: string;
  readonly clientId: string;
  readonly secret: string;
  readonly from: string;
  /** The person's and the agency's. */
  readonly keys: readonly string[];
  readonly password: string;
}

const CLIENT_ID = 'bench';

async function start(home: string, addressees: readonly string[]): Promise<Axis> {
  // Configured as `npm start` is, down to its logs: only where it is and what it may use are its own.
  const axis = await runAxis(
    loadConfig({ ...process.env, AXIS_HOME: home, HTTP_PORT: '0', DATABASE_URL: '', AMQP_URL: '', KEYS_DIR: '' }),
  );
  const file = join(home, 'addressees.json');
  await writeFile(file, JSON.stringify(addressees.map((code) => ({ code, name: `Cơ quan ${code}` }))));
  await axis.app.get(Directory, { strict: false }).importFile(file);
  return axis;
}

async function addressOf({ app, url, environment: { config } }: Axis): Promise<AxisAddress> {
  const from = SAMPLE_AGENCIES.sender.code as string as AgencyCode;
  const found = (await app.get(Directory, { strict: false }).resolve([from])).get(from);
  if (found?.kind !== 'found') throw new Error(`the sample directory has no ${from}`);
  const sender = { clientId: CLIENT_ID, name: CLIENT_ID, agencyIds: [found.agency.id] };
  const { dir, password } = config.keys;
  return {
    url,
    database: config.database.url,
    broker: config.amqp.url,
    clientId: CLIENT_ID,
    secret: await app.get(SystemStore, { strict: false }).register(sender, app.get(SecretBox, { strict: false })),
    from,
    keys: [join(dir, `sample/${from}.p12`), join(dir, `seals/${from}.p12`)],
    password,
  };
}

let axis: Axis | undefined;

async function answer(question: AxisQuestion): Promise<unknown> {
  switch (question.ask) {
    case 'start':
      axis = await start(question.home, question.addressees);
      return addressOf(axis);
    case 'processorSeconds': {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }
    case 'stop':
      return axis?.stop();
  }
}

serve((question) => answer(question as AxisQuestion));
