import { ContentChunkEntity, ContentEntity, UploadEntity } from './content/content.entity';
import { DeliveryStatusEntity } from './deliveries/delivery-status.entity';
import { DeliveryEntity } from './deliveries/delivery.entity';
import { AgencyCodeEntity } from './directory/agency-code.entity';
import { AgencySignerEntity } from './directory/agency-signer.entity';
import { AgencyEntity } from './directory/agency.entity';
import {
  DocumentEntity,
  DocumentFileEntity,
  DocumentReferenceEntity,
  IdempotencyKeyEntity,
} from './documents/document.entity';
import { OutboxEntity } from './outbox/outbox.entity';
import { ReceiptEntity } from './receipts/receipt.entity';
import { AccessTokenEntity, SystemAgencyEntity, SystemEntity } from './systems/system.entity';

/** Every table. */
export const entities = [
  AgencyEntity,
  AgencyCodeEntity,
  AgencySignerEntity,
  SystemEntity,
  SystemAgencyEntity,
  AccessTokenEntity,
  DocumentEntity,
  DocumentFileEntity,
  DocumentReferenceEntity,
  IdempotencyKeyEntity,
  ContentEntity,
  ContentChunkEntity,
  UploadEntity,
  DeliveryEntity,
  DeliveryStatusEntity,
  ReceiptEntity,
  OutboxEntity,
] as const;
