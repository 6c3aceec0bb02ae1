import { Body, Controller, Delete, Get, HttpCode, Post, Put, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AgencyId, refusal } from '@axis/edoc';
import { type Caller, Directory, type SubscriptionEntity } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { Events } from '../events/events';
import { type OpenQueue, OwnQueues } from './own-queues';
import { OpenQueueShape, QueueShape, subscriptionView } from './subscription-view';
import { idsOf } from './subscriptions';
import { agencies, cursor, types } from './wishes';

class QueueDto extends createZodDto(
  z
    .strictObject({
      types: types.optional().describe('All, when absent'),
      agencies: agencies.optional().describe('Codes of your agencies; all of them, also later ones, when absent'),
      from: cursor
        .optional()
        .describe('A cursor of the feed to begin or go on after; where it was, and at first from now on, when absent'),
    })
    // Who wishes nothing in particular needs no body.
    .prefault({}),
) {}

/** A system has one queue at most, so it needs no id. */
@ApiTags('subscriptions')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/subscriptions/amqp')
export class OwnQueueController {
  constructor(
    private readonly queues: OwnQueues,
    private readonly events: Events,
    private readonly directory: Directory,
  ) {}

  @ApiOkResponse({ type: OpenQueueShape })
  @Put()
  @ApiOperation({
    summary:
      'Have events put into a queue of your own on the broker: CloudEvents by the AMQP binding, in order, at least once',
    description:
      'The queue has a user of its own, who may read it and nothing else; its password is told once. Consume it with acknowledgements, by AMQP 0-9-1. Content is fetched by REST. Repeat this call at any time: what is missing is made again, and what was disabled goes on.',
  })
  async open(@CurrentCaller() caller: Caller, @Body() { types, agencies, from }: QueueDto) {
    // Also where it was: after long, what came next may be kept no longer.
    const place = from ?? (await this.queues.find(caller.systemId))?.cursor;
    const start = place === undefined ? undefined : await this.events.startAt(place);
    const opened = await this.queues.open(
      caller.systemId,
      {
        types: types ?? null,
        agencyIds: agencies ? idsOf(caller, agencies) : null,
        cursor: from === undefined ? undefined : start,
      },
      new Date(),
    );
    return this.told(opened);
  }

  @ApiOkResponse({ type: QueueShape })
  @Get()
  @ApiOperation({ summary: 'Your queue, and how it goes' })
  async one(@CurrentCaller() { systemId }: Caller) {
    return this.shown(await this.queues.find(systemId));
  }

  @ApiOkResponse({ type: OpenQueueShape })
  @Post('credentials')
  @HttpCode(200)
  @ApiOperation({ summary: 'Another password at once; connections made by the one before end' })
  async renew(@CurrentCaller() { systemId }: Caller) {
    return this.told(await this.queues.renewPassword(systemId));
  }

  @ApiOkResponse({ type: QueueShape })
  @Delete()
  @ApiOperation({
    summary: 'Give it up: the queue, what is in it, and its user go; the feed keeps what was told. Answered as it was',
  })
  async remove(@CurrentCaller() { systemId }: Caller) {
    return this.shown(await this.queues.remove(systemId));
  }

  private async told({ subscription, password }: OpenQueue) {
    return { ...(await this.shown(subscription)), password };
  }

  private async shown(subscription: SubscriptionEntity | null) {
    if (!subscription) throw refusal('subscription.not_found');
    const names = await this.directory.names((subscription.agencyIds ?? []) as AgencyId[]);
    const queue = this.queues.nameOf(subscription);
    return { ...subscriptionView(subscription, names), queue, url: this.queues.address, username: queue };
  }
}
