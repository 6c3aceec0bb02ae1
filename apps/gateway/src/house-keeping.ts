import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONFIG, type Config } from '@axis/platform';
import { DocumentStore, SystemStore } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Clears away what has had its time: access tokens, used signatures and idempotency keys. */
@Injectable()
export class HouseKeeping {
  constructor(
    private readonly systems: SystemStore,
    private readonly documents: DocumentStore,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Interval(10 * MINUTE_MS)
  async tidy(): Promise<void> {
    const now = Date.now();
    try {
      await this.systems.dropExpiredTokens(new Date(now));
      await this.systems.dropExpiredSignatures(new Date(now));
      await this.documents.forgetKeys(new Date(now - this.config.idempotencyKeyDays * DAY_MS));
    } catch (error) {
      this.log.error({ err: error }, 'house-keeping failed; tried again in ten minutes');
    }
  }
}
