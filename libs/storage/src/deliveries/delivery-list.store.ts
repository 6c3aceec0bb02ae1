import { Injectable } from '@nestjs/common';
import { type AgencyId, type DeliveryId, idRangeAround, type OverdueStep } from '@axis/edoc';
import { DataSource } from 'typeorm';
import { selectList } from '../entity-rows';
import { DeliveryEntity } from './delivery.entity';
import { OVERDUE, OVERDUE_ANY } from './owed-steps';

export interface DeliveryListRequest {
  readonly role: 'sender' | 'receiver';
  readonly agencies: readonly AgencyId[];
  /** Only those overdue: with this step, or with any. */
  readonly overdue?: OverdueStep | 'any' | undefined;
  readonly before: DeliveryId | undefined;
  readonly limit: number;
}

const CONDITIONS = { ...OVERDUE, any: OVERDUE_ANY } as const;

/** What is shown to a receiver: what has reached it. What was withdrawn before it was read never did. */
const REACHED = `available_at IS NOT NULL AND state <> 'withdrawn'`;

/** All deliveries to or from an agency, whatever their state. */
@Injectable()
export class DeliveryListStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Newest first, older than `before`. Each agency's are read in the order of its index, and only as many as are shown: over
   * all agencies at once Postgres would have to sort everything they ever had.
   */
  list({ role, agencies, overdue, before, limit }: DeliveryListRequest): Promise<DeliveryEntity[]> {
    const party = role === 'sender' ? 'sender_agency_id' : 'agency_id';
    const conditions = [
      `${party} = of.agency`,
      ...(role === 'receiver' ? [REACHED] : []),
      ...(overdue === undefined ? [] : [CONDITIONS[overdue]]),
      // The second leaves the months after it unread.
      ...(before === undefined ? [] : ['id < $3', 'document_id < $4']),
    ];
    return this.database.query<DeliveryEntity[]>(
      `SELECT ${selectList(this.database, DeliveryEntity, 'd')}
       FROM unnest($1::uuid[]) AS of (agency) CROSS JOIN LATERAL (
         SELECT * FROM deliveries WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $2
       ) AS d ORDER BY d.id DESC LIMIT $2`,
      [agencies, limit, ...(before === undefined ? [] : [before, idRangeAround(before).to])],
    );
  }
}
