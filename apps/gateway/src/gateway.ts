import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import type { Service } from '@axis/service';
import { SecretsModule } from '@axis/storage';
import { ZodValidationPipe } from 'nestjs-zod';
import { AccessGuard } from './access/access.guard';
import { TokenController } from './access/token.controller';
import { Tokens } from './access/tokens';
import { AgenciesController } from './agencies/agencies.controller';
import { Acknowledge } from './deliveries/acknowledge';
import { DeliveriesController } from './deliveries/deliveries.controller';
import { ReportStatus } from './deliveries/report-status';
import { DocumentsController } from './documents/documents.controller';
import { FilesController } from './documents/files.controller';
import { ReadDocuments } from './documents/read-documents';
import { HouseKeeping } from './house-keeping';
import { Inbox } from './inbox/inbox';
import { InboxController } from './inbox/inbox.controller';
import { prepareWebServer } from './prepare-web-server';
import { ProblemFilter } from './problems/problem.filter';
import { CheckSubmission } from './submission/check-submission';
import { SubmissionController } from './submission/submission.controller';
import { Submit } from './submission/submit';

@Module({
  imports: [SecretsModule],
  controllers: [
    TokenController,
    SubmissionController,
    DocumentsController,
    FilesController,
    DeliveriesController,
    InboxController,
    AgenciesController,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: ZodValidationPipe },
    AccessGuard,
    Tokens,
    CheckSubmission,
    Submit,
    ReadDocuments,
    Inbox,
    Acknowledge,
    ReportStatus,
    HouseKeeping,
  ],
})
class GatewayModule {}

export const gateway: Service = { name: 'gateway', module: GatewayModule, configure: prepareWebServer };
