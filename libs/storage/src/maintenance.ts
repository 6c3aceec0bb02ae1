import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ContentStore } from './content/content-store';
import { ensurePartitions } from './partitions';

const HOUR = 60 * 60 * 1000;
/** An upload whose sender pauses longer, or whose request takes longer to be accepted, must be sent again. */
const UPLOAD_SILENT_MS = HOUR;

/** Keeps the partitions months ahead and sweeps what crashes left behind, hourly. Each process does: a little work twice is harmless. */
@Injectable()
export class StorageMaintenance implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(StorageMaintenance.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly contents: ContentStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => void this.run(), HOUR).unref();
    await this.run();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** What fails now is tried again in an hour: the partitions reach months ahead. */
  async run(): Promise<void> {
    try {
      await ensurePartitions(this.dataSource);
      const swept = await this.contents.sweepUploads(UPLOAD_SILENT_MS);
      if (swept > 0) this.log.warn({ swept }, 'Uploads that nobody finished were removed');
    } catch (error) {
      this.log.error({ err: error }, 'The upkeep of the database failed; it is tried again in an hour');
    }
  }
}
