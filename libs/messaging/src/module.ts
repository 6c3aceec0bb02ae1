import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { DeadLetters } from './dead-letters';
import type { AmqpOptions } from './options';
import { AmqpPublisher } from './publisher';
import { QueueWriter } from './system-queues/queue-writer';
import { AmqpTransport } from './transport';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<AmqpOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ global: true }, (definition, { global }) => ({ ...definition, global }))
  .build();

/**
 * `AmqpModule.forRoot(options)` or `AmqpModule.forRootAsync({ inject, useFactory })`, global unless `global: false`: provides the publisher,
 * the transport (for `connectMicroservice`), the dead letters and the writer of systems' queues.
 */
@Module({
  providers: [
    {
      provide: AmqpPublisher,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: AmqpOptions) => new AmqpPublisher(options),
    },
    {
      provide: AmqpTransport,
      inject: [MODULE_OPTIONS_TOKEN, AmqpPublisher],
      useFactory: (options: AmqpOptions, publisher: AmqpPublisher) => new AmqpTransport(options, publisher),
    },
    {
      provide: DeadLetters,
      inject: [MODULE_OPTIONS_TOKEN, AmqpPublisher],
      useFactory: (options: AmqpOptions, publisher: AmqpPublisher) => new DeadLetters(options, publisher),
    },
    {
      provide: QueueWriter,
      inject: [MODULE_OPTIONS_TOKEN, AmqpPublisher],
      useFactory: ({ log }: AmqpOptions, { connection }: AmqpPublisher) => new QueueWriter(connection, log),
    },
  ],
  exports: [AmqpPublisher, AmqpTransport, DeadLetters, QueueWriter],
})
export class AmqpModule extends ConfigurableModuleClass {}
