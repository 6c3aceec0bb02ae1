import {
  CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  Injectable,
  Logger,
  Module,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Observable, tap } from 'rxjs';
import { Consume, ConsumeContext } from './consume';
import { DeadLetters } from './dead-letters';
import type { Incoming } from './event';
import { AmqpModule } from './module';
import { AmqpPublisher } from './publisher';
import { eventually, queue, removeTopology, brokerUrl, silent, thing, things, type Things } from './testing/kit';
import { AmqpTransport } from './transport';

const archive = queue('archive.things', { batch: { size: 50, waitMs: 20 } });
const postOffice = queue('post-office.things');
const topology = { namespace: `test-nest-${process.pid}-${Date.now()}`, queues: [archive, postOffice] };

interface Thing {
  readonly n: number;
}

@Injectable()
class Ledger {
  readonly archived: number[] = [];
  readonly posted: number[] = [];
  readonly seenByInterceptor: string[] = [];
}

@Controller()
class ArchiveController {
  constructor(private readonly ledger: Ledger) {}

  @Consume(archive)
  store(messages: readonly Incoming<Thing>[]): Promise<void> {
    this.ledger.archived.push(...messages.map(({ event }) => event.data.n));
    return Promise.resolve();
  }
}

@Controller()
class PostOfficeController {
  constructor(private readonly ledger: Ledger) {}

  @Consume(postOffice)
  post(@Payload() messages: Things, @Ctx() context: ConsumeContext): Promise<void> {
    for (const { event } of messages) {
      if (event.data.n === 13) {
        throw Object.assign(new Error(`${context.getQueue()} refuses 13`), { code: 'post.refused', permanent: true });
      }
      this.ledger.posted.push(event.data.n);
    }
    return Promise.resolve();
  }
}

/** What an application may have for its web side must not come between a handler's error and the transport. */
@Catch()
class SwallowEverything implements ExceptionFilter {
  catch(): string {
    return 'swallowed';
  }
}

@Injectable()
class Watch implements NestInterceptor {
  constructor(private readonly ledger: Ledger) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(tap(() => this.ledger.seenByInterceptor.push(context.getHandler().name)));
  }
}

@Module({
  imports: [AmqpModule.forRootAsync({ useFactory: () => ({ url: brokerUrl(), topology, log: silent }) })],
  controllers: [ArchiveController, PostOfficeController],
  providers: [
    Ledger,
    { provide: APP_FILTER, useClass: SwallowEverything },
    { provide: APP_INTERCEPTOR, useClass: Watch },
  ],
})
class TwoServices {}

let app: INestApplication;

beforeAll(async () => {
  Logger.overrideLogger(false);
  app = await NestFactory.create(TwoServices, new FastifyAdapter());
  app.connectMicroservice({ strategy: app.get(AmqpTransport) }, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.init();
});

afterAll(async () => {
  await app.close();
  await removeTopology(brokerUrl(), topology);
});

test('two services in one process take the same event, each for itself', async () => {
  expect(app.get(AmqpTransport).isHealthy()).toBe(true);
  const ledger = app.get(Ledger);
  const numbers = things(10).map((_, n) => n);

  const outcomes = await app.get(AmqpPublisher).publish(things(10));

  expect(new Set(outcomes)).toEqual(new Set(['confirmed']));
  await eventually(() => {
    expect([...ledger.archived].sort()).toEqual(numbers);
    expect([...ledger.posted].sort()).toEqual(numbers);
  });
  expect(new Set(ledger.seenByInterceptor)).toEqual(new Set(['store', 'post']));
});

test('the handler’s own error decides, whatever filters the application has, and only for the service that threw it', async () => {
  const ledger = app.get(Ledger);
  await app.get(AmqpPublisher).publish([thing(13)]);

  await eventually(async () => {
    expect(await app.get(DeadLetters).peek()).toMatchObject([
      {
        event: { subject: 'thing-13' },
        death: { reason: 'permanent', queue: `${topology.namespace}.post-office.things` },
        history: { failures: [{ code: 'post.refused', message: 'post-office.things refuses 13' }] },
      },
    ]);
  });
  await eventually(() => {
    expect(ledger.archived).toContain(13);
  });
  expect(ledger.posted).not.toContain(13);
});

test('one queue cannot have two handlers in one process', () => {
  const transport = app.get(AmqpTransport);
  expect(() => {
    transport.consume(archive, () => Promise.resolve());
  }).toThrow('the queue archive.things has two handlers in one process');
});
