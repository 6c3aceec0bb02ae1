import { Injectable } from '@nestjs/common';
import {
  type AgencyId,
  type DeliveryId,
  type DeliveryProgress,
  type DocumentId,
  idRangeOf,
  monthOf,
  type StatusId,
} from '@axis/edoc';
import { DataSource, type EntityManager, In } from 'typeorm';
import { updated } from '../documents/document.store';
import { jsonRows, selectList } from '../entity-rows';
import { type DeliveryStatusEntity, DeliveryStatusEntity as Status } from './delivery-status.entity';
import { DeliveryEntity } from './delivery.entity';

/** A delivery that has just become available, or has just failed. */
export interface MovedDelivery {
  readonly documentId: DocumentId;
  readonly deliveryId: DeliveryId;
  readonly agencyId: AgencyId;
}

@Injectable()
export class DeliveryStore {
  constructor(private readonly database: DataSource) {}

  /**
   * One delivery per document and agency: what is there already stays as it is.
   * @returns the ids that were added
   */
  async insert(manager: EntityManager, deliveries: readonly DeliveryEntity[]): Promise<ReadonlySet<string>> {
    if (deliveries.length === 0) return new Set();
    const rows = await manager.query<{ id: string }[]>(
      `INSERT INTO deliveries SELECT * FROM json_populate_recordset(NULL::deliveries, $1)
       ON CONFLICT (document_id, agency_id) DO NOTHING RETURNING id`,
      [jsonRows(this.database, DeliveryEntity, deliveries)],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Puts what was routed of these documents into the receivers' inboxes; a repetition moves nothing. */
  makeAvailable(manager: EntityManager, documents: readonly DocumentId[], at: Date): Promise<MovedDelivery[]> {
    return updated<MovedDelivery>(
      manager,
      `UPDATE deliveries SET state = 'available', available_at = $2, updated_at = $2
       WHERE document_id = ANY($1::uuid[]) AND state = 'routed'
       RETURNING document_id AS "documentId", id AS "deliveryId", agency_id AS "agencyId"`,
      [documents, at],
    );
  }

  /** Gives up what has waited in an inbox since before `since`, at most `limit` of it. */
  expire(manager: EntityManager, since: Date, limit: number, at: Date): Promise<MovedDelivery[]> {
    return updated<MovedDelivery>(
      manager,
      `UPDATE deliveries AS d SET state = 'failed', problem = '{"code": "delivery.expired", "params": {}}', updated_at = $3
       FROM (SELECT document_id, id FROM deliveries WHERE state = 'available' AND available_at < $1
             ORDER BY available_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS overdue
       WHERE d.document_id = overdue.document_id AND d.id = overdue.id
       RETURNING d.document_id AS "documentId", d.id AS "deliveryId", d.agency_id AS "agencyId"`,
      [since, limit, at],
    );
  }

  find(id: DeliveryId, manager: EntityManager = this.database.manager): Promise<DeliveryEntity | null> {
    return this.byId(manager, id).getOne();
  }

  /** The delivery, held against other changes until the transaction ends. */
  lock(manager: EntityManager, id: DeliveryId): Promise<DeliveryEntity | null> {
    return this.byId(manager, id).setLock('pessimistic_write').getOne();
  }

  async move(
    manager: EntityManager,
    delivery: DeliveryEntity,
    change: Partial<DeliveryProgress> & { reason?: string; handedOverAt?: Date },
    at: Date,
  ): Promise<void> {
    Object.assign(delivery, change, { updatedAt: at });
    await manager.update(
      DeliveryEntity,
      { documentId: delivery.documentId, id: delivery.id },
      { ...change, updatedAt: at },
    );
  }

  /** Deliveries of one document (to these agencies only, when given) in the order of their ids, after `after`. */
  ofDocument(
    documentId: DocumentId,
    after: DeliveryId | undefined,
    limit: number,
    agencies?: readonly AgencyId[],
  ): Promise<DeliveryEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .where('delivery.documentId = :documentId', { documentId })
      .orderBy('delivery.id', 'ASC')
      .limit(limit);
    if (agencies) query.andWhere('delivery.agencyId IN (:...agencies)', { agencies });
    return (after === undefined ? query : query.andWhere('delivery.id > :after', { after })).getMany();
  }

  /** Ids of a document's deliveries to any of these agencies. */
  async idsTo(documentId: DocumentId, agencies: readonly AgencyId[]): Promise<DeliveryId[]> {
    const rows = await this.database.manager.findBy(DeliveryEntity, { documentId, agencyId: In([...agencies]) });
    return rows.map((row) => row.id as DeliveryId);
  }

  /** Is any of these agencies an addressee that can see this document? */
  async reaches(documentId: DocumentId, agencies: readonly AgencyId[]): Promise<boolean> {
    return this.database.manager.existsBy(DeliveryEntity, { documentId, agencyId: In([...agencies]) });
  }

  /** What waits in these agencies' inboxes, oldest first, after `after`. Stays there until it is acknowledged. */
  inbox(agencies: readonly AgencyId[], after: DeliveryId | undefined, limit: number): Promise<DeliveryEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .where('delivery.agencyId IN (:...agencies)', { agencies })
      .andWhere(`delivery.state = 'available'`)
      .orderBy('delivery.id', 'ASC')
      .limit(limit);
    return (after === undefined ? query : query.andWhere('delivery.id > :after', { after })).getMany();
  }

  async loadMany(ids: readonly DeliveryId[], documents: readonly DocumentId[]): Promise<DeliveryEntity[]> {
    if (ids.length === 0) return [];
    return this.database.query<DeliveryEntity[]>(
      `SELECT ${selectList(this.database, DeliveryEntity, 'd')} FROM deliveries AS d
       WHERE d.document_id = ANY($1::uuid[]) AND d.id = ANY($2::uuid[])`,
      [documents, ids],
    );
  }

  async addStatus(manager: EntityManager, status: DeliveryStatusEntity): Promise<void> {
    await manager.insert(Status, status);
  }

  /** Every status of a delivery in the order they came, after `after`. */
  statuses(delivery: DeliveryEntity, after: StatusId | undefined, limit: number): Promise<DeliveryStatusEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(Status, 'status')
      .where('status.documentId = :documentId AND status.deliveryId = :id', delivery)
      .orderBy('status.id', 'ASC')
      .limit(limit);
    return (after === undefined ? query : query.andWhere('status.id > :after', { after })).getMany();
  }

  async loadStatuses(ids: readonly StatusId[], documents: readonly DocumentId[]): Promise<DeliveryStatusEntity[]> {
    if (ids.length === 0) return [];
    return this.database.query<DeliveryStatusEntity[]>(
      `SELECT ${selectList(this.database, Status, 's')} FROM delivery_statuses AS s
       WHERE s.document_id = ANY($1::uuid[]) AND s.id = ANY($2::uuid[])`,
      [documents, ids],
    );
  }

  /** By its id alone: its month is its document's, so one partition is read. */
  private byId(manager: EntityManager, id: DeliveryId) {
    return manager
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .where('delivery.id = :id', { id })
      .andWhere('delivery.documentId >= :from AND delivery.documentId < :to', idRangeOf(monthOf(id)));
  }
}
