import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { OVERDUE_STEPS, type OverdueStep } from '@axis/edoc';
import { DeadlineStore, Outbox } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';

const EVERY_MS = 30_000;
const BATCH = 500;

/** Finds deliveries whose time limits have passed, and tells both sides, once for each step; several registrars share the work. */
@Injectable()
export class WatchDeadlines {
  constructor(
    private readonly database: DataSource,
    private readonly deadlines: DeadlineStore,
    private readonly outbox: Outbox,
    private readonly log: PinoLogger,
  ) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    try {
      await this.watch(new Date());
    } catch (error) {
      this.log.error({ err: error }, 'overdue deliveries could not be looked for; tried again in half a minute');
    }
  }

  /** @returns how many steps it found overdue. */
  async watch(now: Date): Promise<number> {
    let found = 0;
    for (const step of OVERDUE_STEPS) {
      for (let batch = BATCH; batch === BATCH; found += batch) batch = await this.mark(step, now);
    }
    return found;
  }

  private async mark(step: OverdueStep, now: Date): Promise<number> {
    const overdue = await this.database.transaction(async (manager) => {
      const marked = await this.deadlines.markOverdue(manager, step, BATCH, now);
      await this.outbox.add(
        manager,
        marked.map(({ documentId, deliveryId }) => ({
          type: 'delivery.overdue',
          source: 'registrar',
          subject: deliveryId,
          data: { documentId, deliveryId, step },
        })),
        now,
      );
      return marked;
    });
    for (const { documentId, deliveryId } of overdue)
      this.log.warn({ documentId, deliveryId, step }, 'delivery overdue');
    return overdue.length;
  }
}
