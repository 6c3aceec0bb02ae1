import { Controller, Get, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { refusal, TOLD_TYPES, type ToldType } from '@axis/edoc';
import type { Caller } from '@axis/storage';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { actingFor } from '../access/acting-for';
import { whenGone } from '../client-gone';
import { pageQuery } from '../paging';
import { text } from '../text';
import { EventPage } from './event-shapes';
import { Events } from './events';

class EventsQuery extends createZodDto(
  z.strictObject({
    cursor: z
      .string()
      .regex(/^(\d{1,15}|now)$/, 'must be a cursor of the feed, or now')
      .optional()
      .describe('The `next` of the answer before; `now` for what is told from here on; the oldest kept when absent'),
    limit: pageQuery.limit,
    agency: text(64).optional().describe('Code of one of your agencies; all of them when absent'),
    types: text(1000)
      .optional()
      .describe(`Only these, separated by commas: ${TOLD_TYPES.join(', ')}`),
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(60)
      .default(0)
      .describe('Seconds to wait for something when nothing is there'),
  }),
) {}

@ApiTags('events')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/events')
export class EventsController {
  constructor(private readonly events: Events) {}

  @ApiOkResponse({ type: EventPage })
  @Get()
  @ApiOperation({
    summary: 'What happened to documents from and to your agencies, in order, as CloudEvents',
    description:
      'Read on from `next` again and again, and you miss nothing and hear nothing twice. A cursor older than what is kept is refused as `cursor.expired`, with the oldest one.',
  })
  async list(
    @CurrentCaller() caller: Caller,
    @Query() { cursor, limit, agency, types, wait }: EventsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.events.list(actingFor(caller, agency), {
      cursor,
      types: types === undefined ? undefined : types.split(',').map(requireType),
      limit,
      waitMs: wait * 1000,
      signal: whenGone(reply),
    });
  }
}

function requireType(name: string): ToldType {
  const found = TOLD_TYPES.find((type) => type === name.trim());
  if (!found) throw refusal('event.type_unknown', { type: name });
  return found;
}
