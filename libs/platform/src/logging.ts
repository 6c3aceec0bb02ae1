import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** What lets somebody in: a token, or the signature of a VXP call. */
const OF_REQUESTS = ['authorization', 'xroadvnpt-hash-header'].map((name) => `req.headers["${name}"]`);

/** A failed statement's parameters may be a document's bytes; PostgreSQL repeats the row in DETAIL, and values in CONTEXT (`where`). */
const OF_STATEMENTS = ['', 'driverError.'].flatMap((of) =>
  ['parameters', 'detail', 'where'].map((name) => `err.${of}${name}`),
);

/**
 * The process's logger: JSON lines on standard error (standard output is for results), readable lines on a terminal.
 * Every line about a document carries `documentId`, and `deliveryId` where there is one, in all services.
 */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: [...OF_REQUESTS, ...OF_STATEMENTS],
  };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: false }));
  return pino(options, pretty({ destination: 2, colorize: true, ignore: 'context', messageFormat: '{context} {msg}' }));
}

/** Makes `PinoLogger` injectable, and Nest's own lines go the same way; those of one request carry its `reqId`. */
@Module({})
export class LoggingModule {
  static of(logger: Logger): DynamicModule {
    return {
      module: LoggingModule,
      imports: [LoggerModule.forRoot({ pinoHttp: { logger, autoLogging: false, quietReqLogger: true } })],
    };
  }
}
