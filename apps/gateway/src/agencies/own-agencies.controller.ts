import { Body, Controller, Delete, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseAgencyCode, refusal } from '@axis/edoc';
import { type Caller, Directory } from '@axis/storage';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { KnownCallers } from '../access/known-callers';
import { AgencyShape } from '../shapes';
import { filledText, text } from '../text';
import { agencyView } from './agency-views';

/** Room for text in any Unicode form; how long it may be composed, the directory says. */
const LONGEST = 2_000;

const said = (limit: number) => text(LONGEST).optional().describe(`At most ${limit} characters`);

class NewAgencyDto extends createZodDto(
  z.strictObject({
    code: filledText(64).describe("Below its parent's by its form; at most 35 characters"),
    oldCode: filledText(64).optional().describe('LLL.LL.LL.Xnn, if it has one'),
    parent: filledText(64)
      .optional()
      .describe('Any code of your agency or one below it; the nearest above by the form of the code when absent'),
    name: filledText(LONGEST).describe('At most 200 characters'),
    shortName: said(100),
    email: said(100),
    phone: said(20),
    fax: said(20),
    address: said(500),
    website: said(100),
    inCharge: said(500),
  }),
) {}

class RemovalQuery extends createZodDto(
  z.strictObject({
    successor: filledText(64)
      .optional()
      .describe('Who gets what is addressed to it from now on: yours, or below yours'),
  }),
) {}

@ApiTags('agencies')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/agencies')
export class OwnAgenciesController {
  constructor(
    private readonly directory: Directory,
    private readonly callers: KnownCallers,
  ) {}

  @ApiCreatedResponse({ type: AgencyShape })
  @ApiOkResponse({ type: AgencyShape, description: 'It was registered so before' })
  @Post()
  @ApiOperation({
    summary: 'Register an agency below one of yours, and act for it',
    description: 'Another gateway process may learn only some seconds later that you act for it.',
  })
  async register(
    @CurrentCaller() caller: Caller,
    @Body() { parent, ...agency }: NewAgencyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { entry, created } = await this.directory.register(caller, { ...agency, parentCode: parent });
    this.callers.forget(caller);
    void reply.status(created ? 201 : 200);
    return this.view(entry.code, caller);
  }

  @ApiOkResponse({ type: AgencyShape })
  @Delete(':code')
  @ApiOperation({
    summary: 'Remove an agency below one of yours',
    description:
      'It is closed: it stays in the directory as such, and what it was sent stays readable. Refused while agencies are ' +
      'below it, or documents wait for it.',
  })
  async remove(@CurrentCaller() caller: Caller, @Param('code') text: string, @Query() query: RemovalQuery) {
    const code = parseAgencyCode(text);
    if (!code) throw refusal('agency.not_found', { agency: text });
    const successor = query.successor === undefined ? undefined : parseAgencyCode(query.successor);
    if (query.successor !== undefined && !successor) throw refusal('agency.unknown', { agency: query.successor });
    const entry = await this.directory.remove(caller, code, successor);
    return this.view(entry.code, caller);
  }

  private async view(code: Parameters<Directory['details']>[0], caller: Caller) {
    const found = await this.directory.details(code);
    if (!found) throw refusal('agency.not_found', { agency: code });
    return agencyView(found, caller);
  }
}
