import { Injectable } from '@nestjs/common';
import type { DocumentId } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import { ReceiptEntity } from './receipt.entity';

@Injectable()
export class ReceiptStore {
  constructor(private readonly database: DataSource) {}

  /** An event's receipt is made once: a second one for the same event is dropped. */
  async append(manager: EntityManager, receipts: readonly ReceiptEntity[]): Promise<void> {
    if (receipts.length === 0) return;
    await manager
      .createQueryBuilder()
      .insert()
      .into(ReceiptEntity)
      .values([...receipts])
      .orIgnore()
      .execute();
  }

  /** Receipts of a document in the order of their events, after `after`; of one delivery and of the document itself when `deliveryId` is given. */
  ofDocument(
    documentId: DocumentId,
    { deliveryId, after, limit }: { deliveryId?: string | undefined; after?: string | undefined; limit: number },
  ): Promise<ReceiptEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(ReceiptEntity, 'receipt')
      .where('receipt.documentId = :documentId', { documentId })
      .orderBy('receipt.id', 'ASC')
      .limit(limit);
    if (deliveryId !== undefined)
      query.andWhere('(receipt.deliveryId = :deliveryId OR receipt.deliveryId IS NULL)', { deliveryId });
    if (after !== undefined) query.andWhere('receipt.id > :after', { after });
    return query.getMany();
  }
}
