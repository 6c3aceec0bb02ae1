export * from './config';
export * from './config.module';
export * from './events';
export * from './health';
export * from './logging';
export * from './metrics';
