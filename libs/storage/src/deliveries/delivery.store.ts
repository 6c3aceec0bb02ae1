import { Injectable } from '@nestjs/common';
import {
  type AgencyId,
  type DeliveryId,
  type DeliveryProgress,
  type DocumentId,
  ENDED_STATES,
  idRangeAround,
  type StatusId,
} from '@axis/edoc';
import { DataSource, type EntityManager, type FindOptionsWhere, In, IsNull, Not } from 'typeorm';
import { updated } from '../documents/document.store';
import { jsonRows, selectList } from '../entity-rows';
import type { TimeLimits } from './deadline.store';
import { type DeliveryStatusEntity, DeliveryStatusEntity as Status } from './delivery-status.entity';
import { DeliveryEntity } from './delivery.entity';

/** A delivery that has just become available, or has just failed. */
export interface MovedDelivery {
  readonly documentId: DocumentId;
  readonly deliveryId: DeliveryId;
  readonly agencyId: AgencyId;
}

/** In the inbox of one of these agencies, now or once, unless it was withdrawn; or sent or forwarded by one. */
const CONCERNS = `(delivery.agencyId IN (:...agencies) AND delivery.availableAt IS NOT NULL AND delivery.state <> 'withdrawn'
  OR delivery.senderAgencyId IN (:...agencies))`;

/** What never came to the inbox, or was withdrawn from it, did not reach its receiver. */
const REACHED: FindOptionsWhere<DeliveryEntity> = { availableAt: Not(IsNull()), state: Not('withdrawn') };

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

  /** Puts what was routed of these documents into the receivers' inboxes, with time limits; a repetition moves nothing. */
  makeAvailable(manager: EntityManager, documents: readonly TimeLimits[], at: Date): Promise<MovedDelivery[]> {
    return updated<MovedDelivery>(
      manager,
      `UPDATE deliveries AS d SET state = 'available', available_at = $2, updated_at = $2,
         acknowledge_by = t.acknowledge_by, process_by = t.process_by
       FROM unnest($1::uuid[], $3::timestamptz[], $4::timestamptz[]) AS t (document_id, acknowledge_by, process_by)
       WHERE d.document_id = t.document_id AND d.document_id = ANY($1::uuid[]) AND d.state = 'routed'
       RETURNING d.document_id AS "documentId", d.id AS "deliveryId", d.agency_id AS "agencyId"`,
      [
        documents.map(({ documentId }) => documentId),
        at,
        documents.map(({ acknowledgeBy }) => acknowledgeBy),
        documents.map(({ processBy }) => processBy ?? null),
      ],
    );
  }

  /** Gives up what has waited in an inbox since before `since`, at most `limit` of it. */
  expire(manager: EntityManager, since: Date, limit: number, at: Date): Promise<MovedDelivery[]> {
    return updated<MovedDelivery>(
      manager,
      `UPDATE deliveries AS d SET state = 'failed', problem = '{"code": "delivery.expired", "params": {}}',
         failed_at = $3, updated_at = $3
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

  /** The deliveries of these documents (to one agency only, when given), in the order of their documents. */
  ofDocuments(
    manager: EntityManager,
    documents: readonly DocumentId[],
    agencyId?: AgencyId,
  ): Promise<DeliveryEntity[]> {
    const where = { documentId: In([...documents]), ...(agencyId !== undefined && { agencyId }) };
    return manager.find(DeliveryEntity, { where, order: { documentId: 'ASC', id: 'ASC' } });
  }

  /** The deliveries of these documents, in one order for all, held against other changes until the transaction ends. */
  lockOf(manager: EntityManager, documents: readonly DocumentId[]): Promise<DeliveryEntity[]> {
    return manager
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .where('delivery.documentId IN (:...documents)', { documents })
      .orderBy('delivery.documentId', 'ASC')
      .addOrderBy('delivery.id', 'ASC')
      .setLock('pessimistic_write')
      .getMany();
  }

  /** Writes what changed of held deliveries, in one statement. */
  async moveMany(manager: EntityManager, moved: readonly DeliveryEntity[]): Promise<void> {
    if (moved.length === 0) return;
    await manager.query(
      `UPDATE deliveries AS d SET state = m.state, recall = m.recall, amendment = m.amendment, reason = m.reason,
         superseded_by = m.superseded_by, updated_at = m.updated_at
       FROM json_populate_recordset(NULL::deliveries, $1) AS m
       WHERE d.document_id = m.document_id AND d.id = m.id AND d.document_id = ANY($2::uuid[])`,
      [jsonRows(this.database, DeliveryEntity, moved), [...new Set(moved.map(({ documentId }) => documentId))]],
    );
  }

  /**
   * The receiver reads the content, and from now on knows it.
   * @returns whether it still may: what was withdrawn, recalled or taken from it is open no more
   */
  async markFetched(documentId: DocumentId, agencies: readonly AgencyId[], at: Date): Promise<boolean> {
    const open = await this.database.manager.findBy(DeliveryEntity, {
      documentId,
      agencyId: In([...agencies]),
      availableAt: Not(IsNull()),
      state: Not(In([...ENDED_STATES])),
    });
    if (open.some(({ fetchedAt }) => fetchedAt !== null)) return true;
    const rows = await updated<{ id: string }>(
      this.database.manager,
      `UPDATE deliveries SET fetched_at = coalesce(fetched_at, $3)
       WHERE document_id = $1 AND agency_id = ANY($2::uuid[]) AND available_at IS NOT NULL AND state <> ALL($4::text[])
       RETURNING id`,
      [documentId, agencies, at, ENDED_STATES],
    );
    return rows.length > 0;
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

  /** Deliveries of one document (that concern these agencies, when given) in the order of their ids, after `after`. */
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
    if (agencies) query.andWhere(CONCERNS, { agencies });
    return (after === undefined ? query : query.andWhere('delivery.id > :after', { after })).getMany();
  }

  /** Ids of a document's deliveries to any of these agencies, or forwarded by one. */
  async idsOf(documentId: DocumentId, agencies: readonly AgencyId[]): Promise<DeliveryId[]> {
    const rows = await this.database.manager
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .where('delivery.documentId = :documentId', { documentId })
      .andWhere(CONCERNS, { agencies })
      .getMany();
    return rows.map((row) => row.id as DeliveryId);
  }

  /** Is any of these agencies an addressee that may know of this document? What was withdrawn never reached it. */
  async reaches(
    documentId: DocumentId,
    agencies: readonly AgencyId[],
    manager: EntityManager = this.database.manager,
  ): Promise<boolean> {
    const agencyId = In([...agencies]);
    return manager.existsBy(DeliveryEntity, { documentId, agencyId, ...REACHED });
  }

  /** Those of these documents that reach any of these agencies. */
  async reached(documents: readonly DocumentId[], agencies: readonly AgencyId[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.manager.find(DeliveryEntity, {
      select: { documentId: true },
      where: { documentId: In([...documents]), agencyId: In([...agencies]), ...REACHED },
    });
    return new Set(rows.map(({ documentId }) => documentId));
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

  async addStatuses(manager: EntityManager, statuses: readonly DeliveryStatusEntity[]): Promise<void> {
    if (statuses.length === 0) return;
    await manager.query(
      'INSERT INTO delivery_statuses SELECT * FROM json_populate_recordset(NULL::delivery_statuses, $1)',
      [jsonRows(this.database, Status, statuses)],
    );
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

  /** By its id alone: it is of its document's millisecond. */
  private byId(manager: EntityManager, id: DeliveryId) {
    return manager
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .where('delivery.id = :id', { id })
      .andWhere('delivery.documentId >= :from AND delivery.documentId < :to', idRangeAround(id));
  }
}
