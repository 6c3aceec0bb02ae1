import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AgencyEntity, Directory } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard } from '../access/access.guard';
import { page, pageQuery } from '../paging';
import { filledText, text } from '../text';
import { AgencyPage } from '../shapes';

class AgenciesQuery extends createZodDto(
  z.strictObject({
    limit: pageQuery.limit,
    cursor: text(64).optional().describe('the `next` of the page before'),
    search: filledText(100).optional().describe('Part of a code or name'),
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
    return page(rows, limit, (row) => row.code, agencyEntry);
  }
}

function agencyEntry({ code, name, shortName, level, status, closedOn, email, phone, sample }: AgencyEntity) {
  return { code, name, shortName, level, status, closedOn, email, phone, sample };
}
