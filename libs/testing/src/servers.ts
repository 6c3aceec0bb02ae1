import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** How a fresh database comes to its tables: once for all tests that name the same template. */
export interface TestDatabaseContent {
  /** Names what `prepare` makes, when there is more than one such thing. */
  readonly template?: string;
  /** Fills an empty database: migrations, a directory. Must close its connections. */
  readonly prepare: (url: string) => Promise<void>;
}

/** A database of its own for a test file, empty or cloned from a template that is made once in a test run. */
export async function testDatabase(content?: TestDatabaseContent): Promise<TestDatabase> {
  const name = databaseName(randomBytes(6).toString('hex'));
  await asAdmin(async (admin) => {
    const template = content && (await ensureTemplate(admin, content));
    await admin.query(`CREATE DATABASE ${name} ${template === undefined ? '' : `TEMPLATE ${template}`}`);
  });
  return {
    url: urlOf(name),
    drop: () => asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

export interface TestAmqp {
  readonly url: string;
  /** The HTTP API of its management plugin. */
  readonly managementUrl: string;
  /** A prefix for names on the broker that no other test uses. */
  readonly namespace: string;
}

/** The broker of this test run. */
export function testAmqp(): TestAmqp {
  return {
    url: setting('TEST_AMQP_URL'),
    managementUrl: setting('TEST_AMQP_MANAGEMENT_URL'),
    namespace: `test-${randomBytes(6).toString('hex')}`,
  };
}

export async function dropDatabasesOfThisRun(): Promise<void> {
  await asAdmin(async (admin) => {
    const { rows } = await admin.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname LIKE $1', [
      databaseName('%'),
    ]);
    for (const { datname } of rows) await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });
}

/** Only one test worker makes a template; the others wait for it. It takes its name when it is complete. */
async function ensureTemplate(admin: Client, { template = 'default', prepare }: TestDatabaseContent): Promise<string> {
  const digest = createHash('sha256').update(template).digest();
  const name = databaseName(`template_${digest.toString('hex').slice(0, 12)}`);
  const key = digest.readInt32BE();
  await admin.query('SELECT pg_advisory_lock($1)', [key]);
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      const unfinished = `${name}_unfinished`;
      await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${unfinished}`);
      await prepare(urlOf(unfinished));
      await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
    }
    return name;
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [key]);
  }
}

async function asAdmin(work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: setting('TEST_DATABASE_URL') });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function databaseName(own: string): string {
  return `test_${setting('TEST_RUN')}_${own}`;
}

function urlOf(database: string): string {
  const url = new URL(setting('TEST_DATABASE_URL'));
  url.pathname = `/${database}`;
  return url.toString();
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: servers are there for *.integration.ts and *.e2e.ts only.`);
  return value;
}
