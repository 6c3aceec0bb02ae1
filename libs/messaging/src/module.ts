import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { DeadLetters } from './dead-letters';
import type { AmqpOptions } from './options';
import { AmqpPublisher } from './publisher';
import { AmqpTransport } from './transport';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<AmqpOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ global: true }, (definition, { global }) => ({ ...definition, global }))
  .build();

/**
 * `AmqpModule.forRoot(options)` or `AmqpModule.forRootAsync({ inject, useFactory })`, global unless `global: false`: provides the publisher,
 * the transport (for `connectMicroservice`) and the dead letters.
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
  ],
  exports: [AmqpPublisher, AmqpTransport, DeadLetters],
})
export class AmqpModule extends ConfigurableModuleClass {}
