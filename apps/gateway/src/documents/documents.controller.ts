import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type DeliveryId, type DocumentId } from '@axis/edoc';
import { type Caller, DeliveryStore, DocumentStore, ReceiptStore } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { actingFor } from '../access/acting-for';
import { page, pageQuery } from '../paging';
import { DeliveryPage, DocumentPage, DocumentShape, ReceiptPage } from '../shapes';
import { ReadDocuments } from './read-documents';
import { deliveryView, documentSummary, receiptView } from './views';

class SentQuery extends createZodDto(z.strictObject({ ...pageQuery, from: z.string().optional() })) {}
class ListQuery extends createZodDto(z.strictObject(pageQuery)) {}

@ApiTags('documents')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly read: ReadDocuments,
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
    private readonly receipts: ReceiptStore,
  ) {}

  @ApiOkResponse({ type: DocumentPage })
  @Get()
  @ApiOperation({ summary: 'Documents sent by your agencies, newest first' })
  async sent(@CurrentCaller() caller: Caller, @Query() { cursor, limit, from }: SentQuery) {
    const agencies = actingFor(caller, from);
    const rows = await this.documents.sentBy(agencies, cursor as DocumentId | undefined, limit + 1);
    const names = await this.read.names(rows.map((row) => row.fromAgencyId));
    return page(
      rows,
      limit,
      (row) => row.id,
      (row) => documentSummary(row, names),
    );
  }

  @ApiOkResponse({ type: DocumentShape })
  @Get(':id')
  @ApiOperation({ summary: 'One document from or to your agencies' })
  async one(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    const { stored } = await this.read.document(id, caller);
    return this.read.show(stored);
  }

  @ApiOkResponse({ type: DeliveryPage })
  @Get(':id/deliveries')
  @ApiOperation({ summary: 'Its deliveries: all to the sender; to receivers their own, and those they forwarded' })
  async ofDocument(@CurrentCaller() caller: Caller, @Param('id') id: string, @Query() { cursor, limit }: ListQuery) {
    const { stored, role } = await this.read.document(id, caller);
    const documentId = stored.document.id as DocumentId;
    const mine = role === 'sender' ? undefined : actingFor(caller, undefined);
    const rows = await this.deliveries.ofDocument(documentId, cursor as DeliveryId | undefined, limit + 1, mine);
    const names = await this.read.names(rows.flatMap((row) => [row.agencyId, row.senderAgencyId]));
    return page(
      rows,
      limit,
      (row) => row.id,
      (row) => deliveryView(row, names),
    );
  }

  @ApiOkResponse({ type: ReceiptPage })
  @Get(':id/receipts')
  @ApiOperation({
    summary: 'Its signed receipts: all to the sender; to receivers those of the document and of their deliveries',
  })
  async receiptsOf(@CurrentCaller() caller: Caller, @Param('id') id: string, @Query() { cursor, limit }: ListQuery) {
    const { stored, role } = await this.read.document(id, caller);
    const documentId = stored.document.id as DocumentId;
    const only = role === 'sender' ? undefined : await this.deliveries.idsOf(documentId, actingFor(caller, undefined));
    const rows = await this.receipts.ofDocument(documentId, { deliveries: only, after: cursor, limit: limit + 1 });
    return page(rows, limit, (row) => row.id, receiptView);
  }
}
