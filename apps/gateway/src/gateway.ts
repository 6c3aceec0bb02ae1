import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import type { Service } from '@axis/service';
import { calendarProvider, SecretsModule } from '@axis/storage';
import { ZodValidationPipe } from 'nestjs-zod';
import { KnownCallers } from './access/known-callers';
import { TokenController } from './access/token.controller';
import { Tokens } from './access/tokens';
import { AgenciesController } from './agencies/agencies.controller';
import { OwnAgenciesController } from './agencies/own-agencies.controller';
import { Acknowledge } from './deliveries/acknowledge';
import { DeliveriesController } from './deliveries/deliveries.controller';
import { ListDeliveriesController } from './deliveries/list-deliveries.controller';
import { Register } from './deliveries/register';
import { RegisterController } from './deliveries/register.controller';
import { ReportStatus } from './deliveries/report-status';
import { TellStatuses } from './deliveries/tell-statuses';
import { DocumentsController } from './documents/documents.controller';
import { FilesController } from './documents/files.controller';
import { ReadDocuments } from './documents/read-documents';
import { Events } from './events/events';
import { EventsController } from './events/events.controller';
import { KeysController } from './events/keys.controller';
import { HouseKeeping } from './house-keeping';
import { Inbox } from './inbox/inbox';
import { InboxController } from './inbox/inbox.controller';
import { ChangeReceivers } from './life/change-receivers';
import { Forward } from './life/forward';
import { LifeController } from './life/life.controller';
import { OwnDocuments } from './documents/own-documents';
import { ReadLinks } from './life/read-links';
import { Recall } from './deliveries/recall';
import { prepareWebServer } from './prepare-web-server';
import { ProblemFilter } from './problems/problem.filter';
import { CheckSubmission } from './submission/check-submission';
import { EarlierDocuments } from './submission/earlier-documents';
import { SettleBusiness } from './submission/settle-business';
import { SubmissionController } from './submission/submission.controller';
import { Submit } from './submission/submit';
import { OwnQueueController } from './subscriptions/own-queue.controller';
import { ownQueuesProvider } from './subscriptions/own-queues.provider';
import { Subscriptions } from './subscriptions/subscriptions';
import { SubscriptionsController } from './subscriptions/subscriptions.controller';
import { vxpControllers, vxpProviders } from './vxp/vxp';

@Module({
  imports: [SecretsModule],
  controllers: [
    TokenController,
    SubmissionController,
    DocumentsController,
    FilesController,
    ListDeliveriesController,
    DeliveriesController,
    RegisterController,
    InboxController,
    AgenciesController,
    OwnAgenciesController,
    EventsController,
    KeysController,
    OwnQueueController,
    SubscriptionsController,
    LifeController,
    ...vxpControllers,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: ZodValidationPipe },
    KnownCallers,
    Tokens,
    CheckSubmission,
    EarlierDocuments,
    SettleBusiness,
    Submit,
    ReadDocuments,
    Inbox,
    Acknowledge,
    ReportStatus,
    Register,
    calendarProvider,
    TellStatuses,
    OwnDocuments,
    Recall,
    ChangeReceivers,
    Forward,
    ReadLinks,
    Events,
    ownQueuesProvider,
    Subscriptions,
    ...vxpProviders,
    HouseKeeping,
  ],
})
class GatewayModule {}

export const gateway: Service = { name: 'gateway', module: GatewayModule, configure: prepareWebServer };
