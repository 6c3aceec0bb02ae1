import { Body, Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AgencyCode, type AgencyId, type DocumentId, parseAgencyCode, parseDocumentId, refusal } from '@axis/edoc';
import { type Caller, type DeliveryEntity, Directory } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { staffSchema } from '../deliveries/staff.schema';
import { ReadDocuments, requireDeliveryId } from '../documents/read-documents';
import { deliveryView } from '../documents/views';
import { DeliveryPage, LinkPage, RecallShape } from '../shapes';
import { filledText, text } from '../text';
import { ChangeReceivers } from './change-receivers';
import { Forward } from './forward';
import { ReadLinks } from './read-links';
import { Recall } from '../deliveries/recall';

const codes = z.array(filledText(64)).max(2000);

class RecallDto extends createZodDto(
  z.strictObject({
    reason: filledText(500),
    staff: staffSchema.optional(),
    agencies: codes.min(1).optional().describe('From these receivers only; from all when absent'),
  }),
) {}

class ReceiversDto extends createZodDto(
  z.strictObject({
    add: codes.default([]).describe('Agencies that are to have the newest version too'),
    remove: codes.default([]).describe('Receivers that are to have it no more'),
    reason: text(500).optional(),
  }),
) {}

class ForwardDto extends createZodDto(
  z.strictObject({
    to: codes.min(1).describe('Agencies below the one that forwards'),
    note: text(500).optional().describe('Ý kiến chỉ đạo'),
  }),
) {}

@ApiTags('life of a document')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1')
export class LifeController {
  constructor(
    private readonly read: ReadDocuments,
    private readonly directory: Directory,
    private readonly recall: Recall,
    private readonly receivers: ChangeReceivers,
    private readonly forwarding: Forward,
    private readonly links: ReadLinks,
  ) {}

  @ApiOkResponse({ type: RecallShape })
  @Post('documents/:id/recall')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take a document back, all its versions',
    description:
      'What a receiver has not read yet is withdrawn silently. The others are asked, and answer 15 or 16, or it is cancelled at once ' +
      'where the axis has that policy. One receiver alone: status 13 on its delivery.',
  })
  async recalled(@CurrentCaller() caller: Caller, @Param('id') id: string, @Body() said: RecallDto) {
    const { reason, staff, agencies: named } = said;
    const now = new Date();
    const agencies = named && (await this.agencyIds(named));
    const request = { reason, staff, occurredAt: now, form: 'status' as const };
    const { withdrawn, deliveries } = await this.recall.document(requireDocumentId(id), caller, request, now, agencies);
    return { withdrawn, deliveries: await this.views(deliveries) };
  }

  @ApiOkResponse({ type: DeliveryPage })
  @Post('documents/:id/receivers')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Change who receives a document, its content unchanged',
    description:
      'Added agencies get the newest version; removed ones are told and lose access. Answers their deliveries.',
  })
  async changed(@CurrentCaller() caller: Caller, @Param('id') id: string, @Body() said: ReceiversDto) {
    const changes = {
      add: said.add.map(requireCode),
      remove: said.remove.map(requireCode),
      reason: said.reason?.trim() ?? null,
    };
    if (changes.add.length + changes.remove.length === 0) {
      throw refusal('request.malformed', { detail: 'neither `add` nor `remove` names an agency' });
    }
    const deliveries = await this.receivers.change(requireDocumentId(id), caller, changes, new Date());
    return { items: await this.views(deliveries), next: null };
  }

  @ApiOkResponse({ type: DeliveryPage })
  @Post('deliveries/:id/forwards')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pass a document you received on to agencies below you',
    description: 'The same document, unaltered; their statuses come to you. Answers their deliveries.',
  })
  async forwarded(@CurrentCaller() caller: Caller, @Param('id') id: string, @Body() { to, note }: ForwardDto) {
    const asked = { to: [...new Set(to.map(requireCode))], note: note?.trim() ?? null };
    const deliveries = await this.forwarding.forward(requireDeliveryId(id), caller, asked, new Date());
    return { items: await this.views(deliveries), next: null };
  }

  @ApiOkResponse({ type: LinkPage })
  @Get('documents/:id/links')
  @ApiOperation({ summary: 'What it answers, updates and replaces, and what does so to it, as far as you are a party' })
  async linked(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    const { stored } = await this.read.document(id, caller);
    return this.links.of(stored.document, caller);
  }

  private async views(deliveries: readonly DeliveryEntity[]) {
    const names = await this.read.names(
      deliveries.flatMap(({ agencyId, senderAgencyId }) => [agencyId, senderAgencyId]),
    );
    return deliveries.map((delivery) => deliveryView(delivery, names));
  }

  private async agencyIds(named: readonly string[]): Promise<AgencyId[]> {
    const resolved = await this.directory.resolve(named.map(requireCode));
    return [...resolved].map(([code, found]) => {
      if (!('agency' in found)) throw refusal('agency.not_found', { agency: code });
      return found.agency.id;
    });
  }
}

function requireCode(code: string): AgencyCode {
  const parsed = parseAgencyCode(code);
  if (!parsed) throw refusal('addressee.unknown', { agency: code });
  return parsed;
}

function requireDocumentId(id: string): DocumentId {
  const documentId = parseDocumentId(id);
  if (!documentId) throw refusal('document.not_found');
  return documentId;
}
