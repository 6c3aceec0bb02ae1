import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Counter, register } from 'prom-client';
import { MetricsModule } from './metrics';

const apps: NestFastifyApplication[] = [];
async function start(): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(MetricsModule, new FastifyAdapter(), { logger: false });
  apps.push(app);
  await app.init();
  return app;
}
afterAll(() => Promise.all(apps.map((app) => app.close())));

it('answers in the text form that Prometheus reads', async () => {
  const counter = new Counter({ name: 'test_letters_total', help: 'Letters', labelNames: ['kind'] });
  counter.inc({ kind: 'Công văn' }, 3);
  const response = await (await start()).inject({ url: '/metrics' });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe(register.contentType);
  expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(response.body).toContain('# TYPE test_letters_total counter\ntest_letters_total{kind="Công văn"} 3\n');
  expect(response.body).toMatch(/^process_cpu_seconds_total \d/m);
  expect(response.body).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
});

it('can be started more than once in a process, and counts each metric once', async () => {
  const [first, second] = [await start(), await start()];
  for (const app of [first, second]) {
    const { body } = await app.inject({ url: '/metrics' });
    expect(body.match(/^process_cpu_seconds_total /gm)).toHaveLength(1);
  }
});
