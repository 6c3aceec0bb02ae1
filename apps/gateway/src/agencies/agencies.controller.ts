import { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { parseAgencyCode, refusal } from '@axis/edoc';
import { type Caller, Directory, directoryText } from '@axis/storage';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { page, pageQuery } from '../paging';
import { AgencyChanges, AgencyPage, AgencyShape } from '../shapes';
import { filledText, text } from '../text';
import { agencyView, changeView, listedAgencyView } from './agency-views';

class AgenciesQuery extends createZodDto(
  z.strictObject({
    limit: pageQuery.limit,
    cursor: text(64).optional().describe('the `next` of the page before'),
    search: filledText(100).optional().describe('Part of a code or name'),
  }),
) {}

class ChangesQuery extends createZodDto(
  z.strictObject({
    since: z.coerce.number().int().min(0).default(0).describe('The `next` of last time; 0 for everything'),
    limit: z.coerce.number().int().min(1).max(1000).default(500),
  }),
) {}

@ApiTags('agencies')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/agencies')
export class AgenciesController {
  constructor(private readonly directory: Directory) {}

  @ApiOkResponse({ type: AgencyPage })
  @Get()
  @ApiOperation({ summary: 'The directory: who can be written to' })
  async list(@Query() { cursor, limit, search }: AgenciesQuery) {
    const rows = await this.directory.list(search, cursor, limit + 1);
    return page(rows, limit, (row) => row.code, listedAgencyView);
  }

  @ApiOkResponse({ type: AgencyChanges })
  @Get('changes')
  @ApiOperation({
    summary: 'What has changed in the directory since a version',
    description:
      'Each agency once, as it is now. Who asks each time from `next` misses nothing. A version that is yet to come was ' +
      'told by another directory, and is refused: begin again from 0.',
  })
  async changes(@Query() { since, limit }: ChangesQuery) {
    const { entries, next, more } = await this.directory.listSince(since, limit);
    return { items: entries.map(changeView), next, more };
  }

  @ApiOkResponse({ description: 'Header `directory-version`: ask for changes since it' })
  @ApiProduces('text/csv', 'application/x-ndjson')
  @ApiHeader({ name: 'accept', required: false, description: '`text/csv` when absent, or `application/x-ndjson`' })
  @Get('export')
  @ApiOperation({
    summary: 'The whole directory, as a file that can be imported',
    description: 'Closed agencies too, with all codes they had.',
  })
  async export(@Res() reply: FastifyReply, @Headers('accept') accept = ''): Promise<void> {
    const form = accept.includes('application/x-ndjson') ? 'ndjson' : 'csv';
    // Before the first entry is read: what changes from now on may be missing in the file, never in the changes.
    const version = await this.directory.version();
    await reply
      .header('content-type', form === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson')
      .header('content-disposition', `attachment; filename="agencies.${form}"`)
      .header('directory-version', version)
      .header('vary', 'accept')
      .send(Readable.from(directoryText(this.directory.entries(), form)));
  }

  @ApiOkResponse({ type: AgencyShape })
  @Get(':code')
  @ApiOperation({ summary: 'An agency, by any code it has or had' })
  async one(@CurrentCaller() caller: Caller, @Param('code') text: string) {
    const code = parseAgencyCode(text);
    const found = code && (await this.directory.details(code));
    if (!found) throw refusal('agency.not_found', { agency: text });
    return agencyView(found, caller);
  }
}
