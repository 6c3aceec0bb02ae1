import { Module } from '@nestjs/common';
import { CONFIG } from '@axis/platform';
import type { Service } from '@axis/service';
import { EVIDENCE_KEY, openEvidenceKey } from './evidence-key';
import { IssueReceipts } from './issue-receipts';
import { WatchDeadlines } from './watch-deadlines';

@Module({
  controllers: [IssueReceipts],
  providers: [WatchDeadlines, { provide: EVIDENCE_KEY, inject: [CONFIG], useFactory: openEvidenceKey }],
})
class RegistrarModule {}

export const registrar: Service = { name: 'registrar', module: RegistrarModule };
