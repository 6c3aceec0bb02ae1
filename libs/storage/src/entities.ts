import { ContentChunkEntity, ContentEntity, UploadEntity } from './content/content.entity';
import { ArrivalRegisterEntity } from './deliveries/arrival-register.entity';
import { DeliveryStatusEntity } from './deliveries/delivery-status.entity';
import { DeliveryEntity } from './deliveries/delivery.entity';
import { StatusMessageEntity } from './deliveries/status-message.entity';
import { AgencyCodeEntity } from './directory/agency-code.entity';
import { AgencySignerEntity } from './directory/agency-signer.entity';
import { AgencyEntity } from './directory/agency.entity';
import {
  DocumentEntity,
  DocumentFileEntity,
  DocumentLinkEntity,
  DocumentReferenceEntity,
  IdempotencyKeyEntity,
} from './documents/document.entity';
import { FeedEntity, FeedHeadEntity } from './feed/feed.entity';
import { OutboxEntity } from './outbox/outbox.entity';
import { PartitionedTableEntity } from './partitioned-table.entity';
import { ReceiptEntity } from './receipts/receipt.entity';
import { SigningKeyEntity, SubscriptionEntity } from './subscriptions/subscription.entity';
import { AccessTokenEntity, SystemAgencyEntity, SystemEntity } from './systems/system.entity';
import { UsedSignatureEntity } from './systems/used-signature.entity';

/** Every table. */
export const entities = [
  AgencyEntity,
  AgencyCodeEntity,
  AgencySignerEntity,
  SystemEntity,
  SystemAgencyEntity,
  AccessTokenEntity,
  UsedSignatureEntity,
  DocumentEntity,
  DocumentFileEntity,
  DocumentLinkEntity,
  DocumentReferenceEntity,
  IdempotencyKeyEntity,
  ContentEntity,
  ContentChunkEntity,
  UploadEntity,
  DeliveryEntity,
  DeliveryStatusEntity,
  StatusMessageEntity,
  ArrivalRegisterEntity,
  ReceiptEntity,
  OutboxEntity,
  FeedEntity,
  FeedHeadEntity,
  SubscriptionEntity,
  SigningKeyEntity,
  PartitionedTableEntity,
] as const;
