import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AgencyId, refusal } from '@axis/edoc';
import { type Caller, Directory, type SubscriptionEntity } from '@axis/storage';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { validate } from 'uuid';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { whenGone } from '../client-gone';
import { page, pageQuery } from '../paging';
import { NewSubscriptionShape, SubscriptionPage, SubscriptionShape, subscriptionView } from './subscription-view';
import { Subscriptions } from './subscriptions';
import { agencies, cursor, types } from './wishes';

const url = z.url({ protocol: /^https?$/ }).max(2000);

class ListQuery extends createZodDto(z.strictObject(pageQuery)) {}

class NewSubscriptionDto extends createZodDto(
  z.strictObject({
    kind: z.literal('webhook'),
    url: url.describe('https, and at an address of the Internet'),
    signing: z
      .enum(['hmac-sha256', 'ed25519'])
      .default('hmac-sha256')
      .describe('By Standard Webhooks: with a secret of your own, or with the key of the axis (/v1/keys)'),
    batch: z.boolean().default(false).describe('Up to 100 events a request, as they wait'),
    types: types.optional().describe('All, when absent'),
    agencies: agencies.optional().describe('Codes of your agencies; all of them, also later ones, when absent'),
    from: cursor.optional().describe('A cursor of the feed to begin after; what is told from now on, when absent'),
  }),
) {}

class ChangeDto extends createZodDto(
  z.strictObject({
    url: url.optional(),
    batch: z.boolean().optional(),
    types: types.nullable().optional(),
    agencies: agencies.nullable().optional(),
    active: z.boolean().optional().describe('false pauses it; true goes on, also after the axis has disabled it'),
    cursor: cursor.optional().describe('Bring everything after this once more, or go on from `now`'),
  }),
) {}

@ApiTags('subscriptions')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly directory: Directory,
  ) {}

  @ApiCreatedResponse({ type: NewSubscriptionShape })
  @Post()
  @ApiOperation({
    summary: 'Have events brought to you: CloudEvents, POSTed in order, at least once',
    description:
      'Answer 2xx within 10 seconds. What fails is tried again, later and later, and holds up what comes after it; after days the subscription is disabled. A ping is sent at once.',
  })
  async create(@CurrentCaller() caller: Caller, @Body() wish: NewSubscriptionDto) {
    const { made, secret } = await this.subscriptions.create(caller, wish, new Date());
    return { ...(await this.view(made)), secret };
  }

  @ApiOkResponse({ type: SubscriptionPage })
  @Get()
  @ApiOperation({ summary: 'Your subscriptions, and how they go' })
  async list(@CurrentCaller() caller: Caller, @Query() { cursor: after, limit }: ListQuery) {
    const rows = await this.subscriptions.list(caller, after, limit + 1);
    const names = await this.directory.names(rows.flatMap(agenciesOf));
    return page(
      rows,
      limit,
      ({ id }) => id,
      (row) => subscriptionView(row, names),
    );
  }

  @ApiOkResponse({ type: SubscriptionShape })
  @Get(':id')
  @ApiOperation({ summary: 'One of your subscriptions' })
  async one(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return this.view(await this.subscriptions.one(caller, requireId(id)));
  }

  @ApiOkResponse({ type: SubscriptionShape })
  @Patch(':id')
  @ApiOperation({ summary: 'Change it, pause it, enable it again, or have events brought once more' })
  async change(@CurrentCaller() caller: Caller, @Param('id') id: string, @Body() wish: ChangeDto) {
    return this.view(await this.subscriptions.change(caller, requireId(id), wish, new Date()));
  }

  @ApiOkResponse({ type: SubscriptionShape })
  @Delete(':id')
  @ApiOperation({ summary: 'End it; answered as it was' })
  async remove(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return this.view(await this.subscriptions.remove(caller, requireId(id)));
  }

  @ApiOkResponse({ type: NewSubscriptionShape })
  @Post(':id/secret')
  @HttpCode(200)
  @ApiOperation({ summary: 'Another secret; for a day, events are signed with the one before too' })
  async renew(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    const { changed, secret } = await this.subscriptions.renewSecret(caller, requireId(id), new Date());
    return { ...(await this.view(changed)), secret };
  }

  @ApiOkResponse({ type: SubscriptionShape })
  @Post(':id/ping')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a test event now; `ping` says what became of it' })
  async ping(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.view(await this.subscriptions.ping(caller, requireId(id), new Date(), whenGone(reply)));
  }

  private async view(one: SubscriptionEntity) {
    return subscriptionView(one, await this.directory.names(agenciesOf(one)));
  }
}

const agenciesOf = ({ agencyIds }: SubscriptionEntity): AgencyId[] => (agencyIds ?? []) as AgencyId[];

function requireId(id: string): string {
  if (!validate(id)) throw refusal('subscription.not_found');
  return id;
}
