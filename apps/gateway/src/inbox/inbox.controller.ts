import { Controller, Get, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DeliveryId } from '@axis/edoc';
import type { Caller } from '@axis/storage';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { actingFor } from '../access/acting-for';
import { whenGone } from '../client-gone';
import { pageQuery } from '../paging';
import { InboxPage } from '../shapes';
import { Inbox } from './inbox';

class InboxQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    agency: z.string().optional().describe('Code of one of your agencies; all of them when absent'),
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(60)
      .default(0)
      .describe('Seconds to wait for something when nothing is there'),
  }),
) {}

@ApiTags('inbox')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/inbox')
export class InboxController {
  constructor(private readonly inbox: Inbox) {}

  @ApiOkResponse({ type: InboxPage })
  @Get()
  @ApiOperation({
    summary: 'Documents waiting for your agencies, oldest first',
    description: 'Each stays listed until it is acknowledged: what a client lost on its way, it finds here again.',
  })
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: InboxQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const agencies = actingFor(caller, query.agency);
    return this.inbox.list(agencies, {
      after: query.cursor as DeliveryId | undefined,
      limit: query.limit,
      waitMs: query.wait * 1000,
      signal: whenGone(reply),
    });
  }
}
