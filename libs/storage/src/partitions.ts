import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';

const DAY = 24 * 60 * 60 * 1000;
const MONTHS_AHEAD = 3;

/** Creates what is missing of the partitions from last month to three months ahead (UTC). Safe to call by many at once. */
export async function ensurePartitions(dataSource: DataSource, now = new Date()): Promise<void> {
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + MONTHS_AHEAD, 1));
  await dataSource.query('SELECT ensure_partitions($1::date, $2::date)', [isoDate(first), isoDate(last)]);
}

/** Keeps the partitions ahead of time, daily; a failed day is made up for by the next of the three months. */
@Injectable()
export class PartitionMaintenance implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(PartitionMaintenance.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly dataSource: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => void this.ensure(), DAY).unref();
    await this.ensure();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async ensure(): Promise<void> {
    try {
      await ensurePartitions(this.dataSource);
    } catch (error) {
      this.log.error({ err: error }, 'The partitions of the coming months could not be created');
    }
  }
}

const isoDate = (time: Date): string => time.toISOString().slice(0, 10);
