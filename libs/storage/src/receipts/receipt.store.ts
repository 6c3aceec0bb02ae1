import { Injectable } from '@nestjs/common';
import type { DeliveryId, DocumentId } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import { jsonRows } from '../entity-rows';
import { ReceiptEntity } from './receipt.entity';

@Injectable()
export class ReceiptStore {
  constructor(private readonly database: DataSource) {}

  /** An event's receipt is made once: a second one for the same event is dropped. */
  async append(manager: EntityManager, receipts: readonly ReceiptEntity[]): Promise<void> {
    if (receipts.length === 0) return;
    await manager.query(
      `INSERT INTO receipts SELECT * FROM json_populate_recordset(NULL::receipts, $1) ON CONFLICT DO NOTHING`,
      [jsonRows(this.database, ReceiptEntity, receipts)],
    );
  }

  /**
   * Receipts of a document in the order of their events, after `after`: all, or those of the document itself and of the
   * deliveries named.
   */
  ofDocument(
    documentId: DocumentId,
    {
      deliveries,
      after,
      limit,
    }: { deliveries?: readonly DeliveryId[] | undefined; after?: string | undefined; limit: number },
  ): Promise<ReceiptEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(ReceiptEntity, 'receipt')
      .where('receipt.documentId = :documentId', { documentId })
      .orderBy('receipt.id', 'ASC')
      .limit(limit);
    if (deliveries)
      query.andWhere('(receipt.deliveryId = ANY(:deliveries) OR receipt.deliveryId IS NULL)', { deliveries });
    if (after !== undefined) query.andWhere('receipt.id > :after', { after });
    return query.getMany();
  }
}
