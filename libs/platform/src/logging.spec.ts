import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '../../..');

/** Runs a program of its own, since the logger writes to its process's standard error. */
async function run(program: string): Promise<{ stdout: string; stderr: string; code: unknown }> {
  const args = ['-r', join(root, 'libs/testing/src/typescript.cjs'), '-e', program];
  try {
    return { ...(await promisify(execFile)(process.execPath, args, { cwd: root })), code: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: unknown };
    return { stdout, stderr, code };
  }
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const start = `
  const { createLogger, LoggingModule } = require('@axis/platform');
  const log = createLogger('info').child({ service: 'gateway' });
`;

describe('createLogger', () => {
  it('writes JSON lines to standard error, with time and level, and nothing to standard output', async () => {
    const { stdout, stderr } = await run(`${start}
      log.info({ documentId: 'a', deliveryId: 'b' }, 'văn bản đến');
      log.debug('not asked for');
    `);
    expect(stdout).toBe('');
    const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(linesOf(stderr)).toEqual([
      { level: 30, time: isoTime, service: 'gateway', documentId: 'a', deliveryId: 'b', msg: 'văn bản đến' },
    ]);
  });

  it('shows neither the authorization of a request nor the parameters of a failed statement', async () => {
    const { stderr } = await run(`${start}
      const { QueryFailedError } = require('typeorm');
      const full = Object.assign(new Error('disk full'), { detail: 'Failing row contains (MAT-SECRET).', where: 'MAT-SECRET' });
      const failed = new QueryFailedError('INSERT INTO contents VALUES ($1)', ['MAT-SECRET'], full);
      log.error({ err: failed }, 'not stored');
      const headers = { authorization: 'Bearer MAT-SECRET', 'xroadvnpt-hash-header': 'MAT-SECRET', accept: '*/*' };
      log.info({ req: { method: 'GET', headers } }, 'asked');
    `);
    expect(stderr).not.toContain('MAT-SECRET');
    expect(linesOf(stderr)).toMatchObject([
      { err: { message: 'disk full', query: 'INSERT INTO contents VALUES ($1)', parameters: '[Redacted]' } },
      { req: { method: 'GET', headers: { authorization: '[Redacted]', accept: '*/*' } } },
    ]);
  });

  it('loses no line when the process ends at once', async () => {
    const { stderr, code } = await run(`${start}
      for (let i = 0; i < 2000; i++) log.info({ i }, 'busy');
      log.error('cannot go on');
      process.exit(3);
    `);
    expect(code).toBe(3);
    expect(linesOf(stderr)).toHaveLength(2001);
  });

  it('writes lines for people on a terminal, hiding the same', async () => {
    const { stdout, stderr } = await run(`
      process.stderr.isTTY = true;
      ${start}
      log.warn({ context: 'relay', req: { headers: { authorization: 'MAT-SECRET' } } }, 'chưa gửi được');
    `);
    expect(stdout).toBe('');
    expect(stderr).toContain('relay chưa gửi được');
    expect(stderr).not.toContain('MAT-SECRET');
    expect(stderr).not.toContain('"msg"');
  });
});

describe('LoggingModule', () => {
  it("writes Nest's lines and those of a request alike, and tells requests apart", async () => {
    const { stdout, stderr } = await run(`${start}
      const { Controller, Get, Inject } = require('@nestjs/common');
      const { NestFactory } = require('@nestjs/core');
      const { FastifyAdapter } = require('@nestjs/platform-fastify');
      const { Logger, PinoLogger } = require('nestjs-pino');
      class Letters {
        constructor(log) { this.log = log; }
        read() { this.log.info({ documentId: 'd' }, 'letter read'); return 'letter'; }
      }
      Controller('letters')(Letters);
      Inject(PinoLogger)(Letters, undefined, 0);
      Get()(Letters.prototype, 'read', Object.getOwnPropertyDescriptor(Letters.prototype, 'read'));
      class App {}
      const module_ = { module: App, imports: [LoggingModule.of(log)], controllers: [Letters] };
      void (async () => {
        const app = await NestFactory.create(module_, new FastifyAdapter(), { bufferLogs: true });
        app.useLogger(app.get(Logger));
        await app.listen(0, '127.0.0.1');
        for (const _ of [1, 2]) {
          const response = await fetch(await app.getUrl() + '/letters', { headers: { authorization: 'MAT-SECRET' } });
          process.stdout.write(await response.text() + ' ');
        }
        await app.close();
      })();
    `);
    expect(stdout).toBe('letter letter ');
    expect(stderr).not.toContain('MAT-SECRET');
    const lines = linesOf(stderr);
    expect(lines).toContainEqual(expect.objectContaining({ service: 'gateway', context: 'NestApplication' }));
    const read = lines.filter(({ msg }) => msg === 'letter read');
    expect(read).toMatchObject([
      { service: 'gateway', documentId: 'd' },
      { service: 'gateway', documentId: 'd' },
    ]);
    expect(new Set(read.map(({ reqId }) => reqId)).size).toBe(2);
    expect(read[0]).not.toHaveProperty('req');
  });
});
