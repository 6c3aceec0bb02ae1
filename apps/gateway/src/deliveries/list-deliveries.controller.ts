import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DeliveryId, DocumentId, OverdueStep } from '@axis/edoc';
import { type Caller, DeliveryListStore, DocumentStore } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { actingFor } from '../access/acting-for';
import { ReadDocuments } from '../documents/read-documents';
import { deliveryView, documentSummary } from '../documents/views';
import { page, pageQuery } from '../paging';
import { ListedDeliveryPage } from '../shapes';

class DeliveriesQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    role: z
      .enum(['sender', 'receiver'])
      .default('receiver')
      .describe('Those your agencies receive, or those they sent'),
    agency: z.string().optional().describe('Code of one of your agencies; all of them when absent'),
    overdue: z
      .enum(['true', 'acknowledge', 'process'])
      .optional()
      .describe('Only those whose time limit has passed: of this step, or of any'),
  }),
) {}

@ApiTags('deliveries')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/deliveries')
export class ListDeliveriesController {
  constructor(
    private readonly lists: DeliveryListStore,
    private readonly documents: DocumentStore,
    private readonly read: ReadDocuments,
  ) {}

  @ApiOkResponse({ type: ListedDeliveryPage })
  @Get()
  @ApiOperation({ summary: 'Deliveries to or from your agencies, newest first (văn bản đến, văn bản đi)' })
  async list(@CurrentCaller() caller: Caller, @Query() query: DeliveriesQuery) {
    const { role, limit, agency, overdue } = query;
    const rows = await this.lists.list({
      role,
      agencies: actingFor(caller, agency),
      overdue: overdue === 'true' ? 'any' : (overdue satisfies OverdueStep | undefined),
      before: query.cursor as DeliveryId | undefined,
      limit: limit + 1,
    });
    const stored = await this.documents.load(rows.map(({ documentId }) => documentId as DocumentId));
    const documentOf = new Map(stored.map(({ document }) => [document.id, document]));
    const names = await this.read.names([
      ...rows.flatMap(({ agencyId, senderAgencyId }) => [agencyId, senderAgencyId]),
      ...stored.map(({ document }) => document.fromAgencyId),
    ]);
    return page(
      rows,
      limit,
      (row) => row.id,
      (row) => {
        const document = documentOf.get(row.documentId);
        if (!document) throw new Error(`delivery ${row.id} has no document`);
        return { ...deliveryView(row, names), document: documentSummary(document, names) };
      },
    );
  }
}
