import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './config';

/** Injection token of the parsed `Config`. */
export const CONFIG = Symbol('CONFIG');

@Module({})
export class ConfigModule {
  static of(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
