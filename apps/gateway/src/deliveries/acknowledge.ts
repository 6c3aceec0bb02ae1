import { Injectable } from '@nestjs/common';
import {
  applyTransport,
  type DeliveryId,
  type DocumentId,
  progressOf,
  refusal,
  type TransportAcknowledgement,
} from '@axis/edoc';
import { type Caller, type DeliveryEntity, DeliveryStore, DocumentStore, Outbox } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { requireReceiver } from '../documents/read-documents';

export interface Acknowledgement {
  readonly result: TransportAcknowledgement;
  /** SHA-256 of the main PDF as the receiver has it, hexadecimal; must be ours. */
  readonly sha256?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Transport acknowledgement: `done` says that the receiver has stored the document, and it leaves the inbox. After `fail` and
 * `processing` it stays there.
 */
@Injectable()
export class Acknowledge {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly documents: DocumentStore,
    private readonly outbox: Outbox,
    private readonly log: PinoLogger,
  ) {}

  async acknowledge(id: DeliveryId, caller: Caller, said: Acknowledgement, now: Date): Promise<DeliveryEntity> {
    return this.database.transaction(async (manager) => {
      const delivery = requireReceiver(await this.deliveries.lock(manager, id), caller);
      if (said.result === 'done') {
        await this.requireSameContent(manager, delivery, said.sha256);
        await this.handOver(manager, delivery, now);
      } else {
        const { documentId } = delivery;
        this.log.info(
          { documentId, deliveryId: id, result: said.result, reason: said.reason },
          'delivery not yet stored',
        );
      }
      return delivery;
    });
  }

  /** Marks a held delivery as handed over, unless it has been already. */
  async handOver(manager: EntityManager, delivery: DeliveryEntity, now: Date): Promise<void> {
    const outcome = applyTransport(delivery, 'handed_over');
    switch (outcome.kind) {
      case 'repeated':
      case 'late':
        return;
      case 'refused':
        throw refusal('delivery.withdrawn');
      case 'advanced': {
        await this.deliveries.move(manager, delivery, { ...progressOf(outcome), handedOverAt: now }, now);
        const documentId = delivery.documentId as DocumentId;
        const deliveryId = delivery.id as DeliveryId;
        await this.outbox.add(
          manager,
          [{ type: 'delivery.handed_over', source: 'gateway', subject: deliveryId, data: { documentId, deliveryId } }],
          now,
        );
      }
    }
  }

  private async requireSameContent(manager: EntityManager, delivery: DeliveryEntity, promised: string | undefined) {
    if (promised === undefined) return;
    const [stored] = await this.documents.load([delivery.documentId as DocumentId], manager);
    const main = stored?.files[0];
    const actual = main?.sha256.toString('hex') ?? '';
    if (actual !== promised.toLowerCase()) {
      throw refusal('file.hash_mismatch', { file: main?.name ?? '', promised, actual });
    }
  }
}
