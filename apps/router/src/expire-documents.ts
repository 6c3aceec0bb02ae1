import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { DocumentId } from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import { ContentStore, Outbox, type RetentionResult, RetentionStore } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';

const EVERY_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const BATCH = 200;
/** Chunks of removed contents are uploads that nobody has gone on with since 1970. */
const SILENT_MS = 365 * DAY_MS;

/** Retention: the contents of documents that are done with leave the axis after so many days, with evidence; several routers share the work. */
@Injectable()
export class ExpireDocuments {
  private passing = false;

  constructor(
    private readonly database: DataSource,
    private readonly retention: RetentionStore,
    private readonly contents: ContentStore,
    private readonly outbox: Outbox,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    // A first pass over millions takes longer than the time to the next.
    if (this.config.retentionDays === 0 || this.passing) return;
    this.passing = true;
    try {
      await this.expireAll(new Date());
    } catch (error) {
      this.log.error({ err: error }, 'documents could not be expired; tried again in ten minutes');
    } finally {
      this.passing = false;
    }
  }

  /** One pass over all documents that are old enough. @returns how many expired. */
  async expireAll(now: Date): Promise<number> {
    const since = new Date(now.getTime() - this.config.retentionDays * DAY_MS);
    let count = 0;
    let after: DocumentId | undefined;
    do {
      const { expired, next } = await this.expireSome(since, after, now);
      for (const documentId of expired) this.log.info({ documentId }, 'document expired');
      count += expired.length;
      after = next;
    } while (after !== undefined);
    if (count > 0) await this.contents.sweepUploads(SILENT_MS);
    return count;
  }

  private expireSome(since: Date, after: DocumentId | undefined, now: Date): Promise<RetentionResult> {
    return this.database.transaction(async (manager) => {
      const result = await this.retention.expire(manager, { since, after, limit: BATCH }, now);
      await this.outbox.add(
        manager,
        result.expired.map((documentId) => ({
          type: 'document.expired',
          source: 'router',
          subject: documentId,
          data: { documentId },
        })),
        now,
      );
      return result;
    });
  }
}
