import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONFIG, type Config } from '@axis/platform';
import { DeliveryStore, Outbox } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';

const EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const BATCH = 500;

/** What nobody fetched within its time has failed: the sender learns it, with evidence, instead of waiting for ever. */
@Injectable()
export class GiveUpOverdue {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly outbox: Outbox,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    try {
      while ((await this.giveUp(new Date())) === BATCH);
    } catch (error) {
      this.log.error({ err: error }, 'overdue deliveries could not be given up; tried again in a minute');
    }
  }

  /** @returns how many it gave up. */
  async giveUp(now: Date): Promise<number> {
    const since = new Date(now.getTime() - this.config.deliveryExpiresDays * DAY_MS);
    const expired = await this.database.transaction(async (manager) => {
      const failed = await this.deliveries.expire(manager, since, BATCH, now);
      await this.outbox.add(
        manager,
        failed.map(({ documentId, deliveryId }) => ({
          type: 'delivery.failed',
          source: 'courier',
          subject: deliveryId,
          data: { documentId, deliveryId, code: 'delivery.expired' },
        })),
        now,
      );
      return failed;
    });
    for (const { documentId, deliveryId } of expired) this.log.warn({ documentId, deliveryId }, 'delivery expired');
    return expired.length;
  }
}
