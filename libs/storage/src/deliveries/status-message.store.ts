import { Injectable } from '@nestjs/common';
import { type AgencyId, idRangeAround, type MessageId } from '@axis/edoc';
import { DataSource, type EntityManager, In, IsNull } from 'typeorm';
import { jsonRows } from '../entity-rows';
import { type MessageForm, StatusMessageEntity } from './status-message.entity';

/** What waits for agencies as edXML messages beside documents. */
@Injectable()
export class StatusMessageStore {
  constructor(private readonly database: DataSource) {}

  async insert(manager: EntityManager, messages: readonly StatusMessageEntity[]): Promise<void> {
    if (messages.length === 0) return;
    await manager.query(
      'INSERT INTO status_messages SELECT * FROM json_populate_recordset(NULL::status_messages, $1)',
      [jsonRows(this.database, StatusMessageEntity, messages)],
    );
  }

  /** What waits for these agencies in these forms, oldest first. */
  waiting(agencies: readonly AgencyId[], forms: readonly MessageForm[], limit: number): Promise<StatusMessageEntity[]> {
    return this.database.manager.find(StatusMessageEntity, {
      where: { agencyId: In([...agencies]), form: In([...forms]), acknowledgedAt: IsNull() },
      order: { createdAt: 'ASC', id: 'ASC' },
      take: limit,
    });
  }

  countWaiting(agencies: readonly AgencyId[], forms: readonly MessageForm[]): Promise<number> {
    return this.database.manager.countBy(StatusMessageEntity, {
      agencyId: In([...agencies]),
      form: In([...forms]),
      acknowledgedAt: IsNull(),
    });
  }

  /** By its id alone: it is of its document's millisecond. */
  find(id: MessageId): Promise<StatusMessageEntity | null> {
    return this.database.manager
      .createQueryBuilder(StatusMessageEntity, 'message')
      .where('message.id = :id', { id })
      .andWhere('message.documentId >= :from AND message.documentId < :to', idRangeAround(id))
      .getOne();
  }

  /** The agency's system has stored it: it waits no more. */
  async acknowledge({ documentId, id }: StatusMessageEntity, at: Date): Promise<void> {
    await this.database.manager.update(
      StatusMessageEntity,
      { documentId, id, acknowledgedAt: IsNull() },
      { acknowledgedAt: at },
    );
  }
}
