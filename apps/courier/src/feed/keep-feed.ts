import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONFIG, type Config } from '@axis/platform';
import { FeedStore } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Drops the months of the feed that have had their time. */
@Injectable()
export class KeepFeed {
  constructor(
    private readonly feed: FeedStore,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Interval(HOUR_MS)
  async tidy(): Promise<void> {
    try {
      const dropped = await this.feed.forget(new Date(Date.now() - this.config.feedDays * DAY_MS));
      if (dropped.length > 0) this.log.info({ dropped }, 'months of the feed were dropped');
    } catch (error) {
      this.log.error({ err: error }, 'old months of the feed could not be dropped; tried again in an hour');
    }
  }
}
