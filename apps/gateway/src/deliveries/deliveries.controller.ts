import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type DeliveryId, type DocumentId, STATUS_CODES, type StatusCode, type StatusId } from '@axis/edoc';
import { type Caller, DeliveryStore, ReceiptStore } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { ReadDocuments, requireDeliveryId } from '../documents/read-documents';
import { deliveryView, receiptView, statusView } from '../documents/views';
import { page, pageQuery } from '../paging';
import { text } from '../text';
import { DeliveryShape, ReceiptPage, StatusPage, StatusShape } from '../shapes';
import { Acknowledge } from './acknowledge';
import { ReportStatus } from './report-status';
import { staffSchema } from './staff.schema';

class ListQuery extends createZodDto(z.strictObject(pageQuery)) {}

class AcknowledgementDto extends createZodDto(
  z.strictObject({
    result: z.enum(['done', 'fail', 'processing']),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
      .optional()
      .describe('Of the main PDF as you stored it; refused when it is not what was sent'),
    reason: text(500).optional(),
  }),
) {}

class StatusDto extends createZodDto(
  z.strictObject({
    code: z.enum(STATUS_CODES as [StatusCode, ...StatusCode[]]),
    reason: text(500).optional().describe('Required with 02 and 13'),
    staff: staffSchema.optional(),
    occurredAt: z.iso.datetime({ offset: true }).optional().describe('Now when absent'),
  }),
) {}

@ApiTags('deliveries')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/deliveries/:id')
export class DeliveriesController {
  constructor(
    private readonly read: ReadDocuments,
    private readonly deliveries: DeliveryStore,
    private readonly receipts: ReceiptStore,
    private readonly acknowledge: Acknowledge,
    private readonly reportStatus: ReportStatus,
  ) {}

  @ApiOkResponse({ type: DeliveryShape })
  @Get()
  @ApiOperation({ summary: 'One delivery, to its sender and its receiver' })
  async one(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    const delivery = await this.read.delivery(id, caller);
    return deliveryView(delivery, await this.read.names([delivery.agencyId, delivery.senderAgencyId]));
  }

  @ApiOkResponse({ type: DeliveryShape })
  @Post('acknowledgement')
  @HttpCode(200)
  @ApiOperation({ summary: 'Transport acknowledgement: after `done` the delivery leaves the inbox' })
  async acknowledged(@CurrentCaller() caller: Caller, @Param('id') id: string, @Body() said: AcknowledgementDto) {
    const delivery = await this.acknowledge.acknowledge(requireDeliveryId(id), caller, said, new Date());
    return deliveryView(delivery, await this.read.names([delivery.agencyId, delivery.senderAgencyId]));
  }

  @ApiOkResponse({ type: StatusPage })
  @Get('statuses')
  @ApiOperation({ summary: 'Every status either side has sent, in the order they came' })
  async statuses(@CurrentCaller() caller: Caller, @Param('id') id: string, @Query() { cursor, limit }: ListQuery) {
    const delivery = await this.read.delivery(id, caller);
    const rows = await this.deliveries.statuses(delivery, cursor as StatusId | undefined, limit + 1);
    return page(rows, limit, (row) => row.id, statusView);
  }

  @ApiCreatedResponse({ type: StatusShape })
  @Post('statuses')
  @ApiOperation({
    summary: 'What one side says of it',
    description:
      'The receiver: 01 arrived, 02 refused, 03 accepted, 04 assigned, 05 in process, 06 done; 15 agreed, 16 declined to a recall or ' +
      'update. The sender: 13 recall.',
  })
  async status(@CurrentCaller() caller: Caller, @Param('id') id: string, @Body() said: StatusDto) {
    const { code, reason, staff } = said;
    const occurredAt = said.occurredAt === undefined ? undefined : new Date(said.occurredAt);
    const status = await this.reportStatus.report(
      requireDeliveryId(id),
      caller,
      { code, reason, staff, occurredAt },
      new Date(),
    );
    return statusView(status);
  }

  @ApiOkResponse({ type: ReceiptPage })
  @Get('receipts')
  @ApiOperation({ summary: 'The signed receipts of this delivery and of its document' })
  async receiptsOf(@CurrentCaller() caller: Caller, @Param('id') id: string, @Query() { cursor, limit }: ListQuery) {
    const { documentId, id: deliveryId } = await this.read.delivery(id, caller);
    const rows = await this.receipts.ofDocument(documentId as DocumentId, {
      deliveries: [deliveryId as DeliveryId],
      after: cursor,
      limit: limit + 1,
    });
    return page(rows, limit, (row) => row.id, receiptView);
  }
}
