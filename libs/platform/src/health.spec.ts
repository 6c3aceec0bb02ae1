import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthModule, Readiness } from './health';

let app: NestFastifyApplication;
const ask = async (path: string) => {
  const response = await app.inject({ url: `/health/${path}` });
  return { status: response.statusCode, ...response.json<object>() };
};

beforeEach(async () => {
  app = await NestFactory.create<NestFastifyApplication>(HealthModule, new FastifyAdapter(), { logger: false });
  await app.init();
});
afterEach(() => app.close());

describe('readiness', () => {
  it('is there when nothing is needed', async () => {
    expect(await ask('ready')).toMatchObject({ status: 'ok' });
    expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(200);
  });

  it('names every part that can be used', async () => {
    const readiness = app.get(Readiness);
    readiness.add('database', () => Promise.resolve(true));
    readiness.add('amqp', () => true);
    expect(await ask('ready')).toMatchObject({
      status: 'ok',
      info: { database: { status: 'up' }, amqp: { status: 'up' } },
      error: {},
    });
  });

  it('answers 503 and names the parts that fail, with the reason where there is one', async () => {
    const readiness = app.get(Readiness);
    readiness.add('amqp', () => false);
    readiness.add('database', () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')));
    readiness.add('keys', () => {
      throw new Error('evidence.p12 expired');
    });
    readiness.add('disk', () => true);
    expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(503);
    expect(await ask('ready')).toMatchObject({
      status: 'error',
      info: { disk: { status: 'up' } },
      error: {
        amqp: { status: 'down' },
        database: { status: 'down', message: 'connect ECONNREFUSED 127.0.0.1:5432' },
        keys: { status: 'down', message: 'evidence.p12 expired' },
      },
    });
  });

  it('comes back with what failed', async () => {
    let connected = false;
    app.get(Readiness).add('amqp', () => connected);
    expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(503);
    connected = true;
    expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(200);
  });
});

it('lives while nothing works', async () => {
  app.get(Readiness).add('database', () => false);
  const response = await app.inject({ url: '/health/live' });
  expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
});
