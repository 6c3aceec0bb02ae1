import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgencyCode } from '@axis/edoc';
import { axisTopology } from '@axis/messaging';
import { loadConfig } from '@axis/platform';
import { type Running, type ServiceConfig, startServices } from '@axis/service';
import { Directory, openSecretBox, SystemStore } from '@axis/storage';
import { testAmqp, testStorage, type TestStorage } from '@axis/testing';
import type { DataSource } from 'typeorm';
import { Dms } from '../../apps/axis/src/demo/dms';
import { allServices } from '../../apps/axis/src/environment/all-services';
import { ensureSampleKeys } from '../../apps/axis/src/environment/sample-keys';
import { removeTopology } from '../../libs/messaging/src/testing/kit';
import { Rest } from './rest';

const SAMPLE_DIRECTORY = join(__dirname, '../../deploy/sample/agencies.csv');

/** What an axis needs around it, of its own: a database with the sample directory, names on the broker, sample keys. */
export class TestGround {
  private constructor(
    private readonly storage: TestStorage,
    private readonly dir: string,
    /** The environment of its processes. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param env settings that differ */
  static async prepare(env: Readonly<Record<string, string>> = {}): Promise<TestGround> {
    const storage = await testStorage();
    const dir = await mkdtemp(join(tmpdir(), 'axis-e2e-'));
    const amqp = testAmqp();
    const keys = join(dir, 'keys');
    await Promise.all([ensureSampleKeys(keys, ''), new Directory(storage.dataSource).importFile(SAMPLE_DIRECTORY)]);
    return new TestGround(storage, dir, {
      DATABASE_URL: storage.url,
      AMQP_URL: amqp.url,
      AMQP_NAMESPACE: amqp.namespace,
      AMQP_MANAGEMENT_URL: amqp.managementUrl,
      HTTP_PORT: '0',
      KEYS_DIR: keys,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      ...env,
    });
  }

  /** To look into its tables. */
  get database(): DataSource {
    return this.storage.dataSource;
  }

  get config(): ServiceConfig {
    return loadConfig(this.env) as ServiceConfig;
  }

  /** Joins a document system that acts for these agencies. */
  async register(clientId: string, ...codes: readonly string[]): Promise<string> {
    const resolved = await new Directory(this.database).resolve(codes as AgencyCode[]);
    const agencyIds = [...resolved.values()].map((found) => {
      if (found.kind !== 'found') throw new Error('there is no such agency in the sample directory');
      return found.agency.id;
    });
    const box = await openSecretBox(this.config);
    return new SystemStore(this.database).register({ clientId, name: `Phần mềm ${clientId}`, agencyIds }, box);
  }

  /** Rows of a table, by a condition where one is given. */
  async count(table: string, where = 'true', values: unknown[] = []): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM ${table} WHERE ${where}`,
      values,
    );
    return row?.count ?? 0;
  }

  async clear(): Promise<void> {
    const { amqp } = this.config;
    await removeTopology(process.env['TEST_AMQP_URL'] ?? amqp.url, axisTopology(amqp.namespace));
    await this.storage.drop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** A document system that joined: as its vendor's client, and by bare requests. */
export interface Joined {
  readonly dms: Dms;
  readonly rest: Rest;
  readonly clientId: string;
  readonly secret: string;
}

/** Joins a system that acts for these agencies, and signs it in at `url`. */
export async function joinAt(url: string, ground: TestGround, ...codes: readonly string[]): Promise<Joined> {
  const clientId = `dms-${codes.join('-').toLowerCase()}`;
  const secret = await ground.register(clientId, ...codes);
  const rest = await Rest.signIn(url, clientId, secret);
  return { dms: await Dms.signIn(url, clientId, secret), rest, clientId, secret };
}

/** The whole axis in this process. */
export class TestAxis {
  private constructor(
    readonly ground: TestGround,
    private running: Running,
  ) {}

  /** @param env settings that differ */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<TestAxis> {
    const ground = await TestGround.prepare(env);
    return new TestAxis(ground, await startServices(allServices, ground.config));
  }

  get url(): string {
    return this.running.url;
  }

  get app(): Running['app'] {
    return this.running.app;
  }

  join(...codes: readonly string[]): Promise<Joined> {
    return joinAt(this.url, this.ground, ...codes);
  }

  /** Stops every service and starts them anew at the same address. */
  async restart(): Promise<void> {
    const { config } = this.ground;
    const port = Number(new URL(this.url).port);
    await this.running.stop();
    this.running = await startServices(allServices, { ...config, http: { ...config.http, port } });
  }

  async stop(): Promise<void> {
    await this.running.stop();
    await this.ground.clear();
  }
}
