import { Injectable } from '@nestjs/common';
import { type AgencyId, vietnamDate } from '@axis/edoc';
import { DataSource, type EntityManager } from 'typeorm';
import { DeliveryEntity } from './delivery.entity';

/** A line of an agency's register of incoming documents (sổ văn bản đến, NĐ 30/2020/NĐ-CP Phụ lục IV). */
export interface RegisterLine {
  readonly number: number;
  readonly registeredAt: Date;
  readonly deliveryId: string;
  readonly documentId: string;
  readonly fromAgencyId: string;
  readonly reference: string;
  readonly documentNumber: string;
  readonly notation: string;
  readonly kind: string;
  readonly subject: string;
  readonly promulgatedOn: string;
}

/** Số đến: an agency's own numbers of what it receives, from 1 each year, in Vietnam's time, without gaps. */
@Injectable()
export class ArrivalRegister {
  constructor(private readonly database: DataSource) {}

  /**
   * Gives a held delivery its receiver's next number, unless it has one. The register is held until the transaction ends, so
   * that one which fails gives its number back.
   */
  async number(manager: EntityManager, delivery: DeliveryEntity, now: Date): Promise<void> {
    if (delivery.arrivalNumber !== null) return;
    const arrivalYear = Number(vietnamDate(now).slice(0, 4));
    const [given] = await manager.query<{ last: number }[]>(
      `INSERT INTO arrival_registers AS register (agency_id, year, last) VALUES ($1, $2, 1)
       ON CONFLICT (agency_id, year) DO UPDATE SET last = register.last + 1 RETURNING last`,
      [delivery.agencyId, arrivalYear],
    );
    if (!given) throw new Error('a register gives a number');
    const entry = { arrivalNumber: given.last, arrivalYear, registeredAt: now };
    await manager.update(DeliveryEntity, { documentId: delivery.documentId, id: delivery.id }, entry);
    Object.assign(delivery, entry);
  }

  /** An agency's register of a year in the order of its numbers, after `after`. */
  lines(agency: AgencyId, year: number, after: number, limit: number): Promise<RegisterLine[]> {
    return this.database.query<RegisterLine[]>(
      `SELECT r.number, r."registeredAt", r."deliveryId", d.id AS "documentId", d.from_agency_id AS "fromAgencyId", d.reference,
              d.number AS "documentNumber", d.notation, d.kind, d.subject, d.promulgated_on AS "promulgatedOn"
       FROM (SELECT arrival_number AS number, registered_at AS "registeredAt", id AS "deliveryId", document_id
             FROM deliveries WHERE agency_id = $1 AND arrival_year = $2 AND arrival_number > $3
             ORDER BY arrival_number LIMIT $4) AS r
       JOIN documents AS d ON d.id = r.document_id ORDER BY r.number`,
      [agency, year, after, limit],
    );
  }
}
