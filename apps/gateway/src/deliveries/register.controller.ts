import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AgencyId, DOCUMENT_KINDS, type DocumentKind, vietnamDate } from '@axis/edoc';
import { ArrivalRegister, type Caller, type RegisterLine } from '@axis/storage';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { actingFor } from '../access/acting-for';
import { ReadDocuments, requireDeliveryId } from '../documents/read-documents';
import { agencyView, deliveryView, type Names } from '../documents/views';
import { page, pageQuery } from '../paging';
import { DeliveryShape, RegisterPage } from '../shapes';
import { Register } from './register';
import { staffSchema } from './staff.schema';

class RegistrationDto extends createZodDto(z.strictObject({ staff: staffSchema.optional() }).prefault({})) {}

class RegisterQuery extends createZodDto(
  z.strictObject({
    year: z.coerce.number().int().min(2000).max(9999).optional().describe('This year when absent, Vietnam time'),
    cursor: z.coerce.number().int().positive().optional().describe('the `next` of the page before'),
    limit: pageQuery.limit,
  }),
) {}

@ApiTags('register')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1')
export class RegisterController {
  constructor(
    private readonly register: Register,
    private readonly arrivals: ArrivalRegister,
    private readonly read: ReadDocuments,
  ) {}

  @ApiOkResponse({ type: DeliveryShape })
  @Post('deliveries/:id/registration')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Enter a document in your register: it is accepted (03) and gets its number (số đến)',
    description: 'Numbers run from 1 on 1 January (Vietnam time) without gaps. Again: the number it has.',
  })
  async registered(@CurrentCaller() caller: Caller, @Param('id') id: string, @Body() { staff }: RegistrationDto) {
    const delivery = await this.register.register(requireDeliveryId(id), caller, staff, new Date());
    return deliveryView(delivery, await this.read.names([delivery.agencyId, delivery.senderAgencyId]));
  }

  @ApiOkResponse({ type: RegisterPage })
  @Get('agencies/:code/register')
  @ApiOperation({ summary: "Your agency's register of incoming documents (sổ văn bản đến), by number" })
  async lines(@CurrentCaller() caller: Caller, @Param('code') code: string, @Query() query: RegisterQuery) {
    const [agency] = actingFor(caller, code);
    const { limit, cursor = 0, year = Number(vietnamDate(new Date()).slice(0, 4)) } = query;
    const lines = await this.arrivals.lines(agency as AgencyId, year, cursor, limit + 1);
    const names = await this.read.names(lines.map(({ fromAgencyId }) => fromAgencyId));
    return page(
      lines,
      limit,
      (line) => String(line.number),
      (line) => lineView(line, names),
    );
  }
}

function lineView(line: RegisterLine, names: Names) {
  const { number, registeredAt, deliveryId, documentId, reference, documentNumber, notation, kind, subject } = line;
  return {
    number,
    registeredAt,
    deliveryId,
    document: {
      id: documentId,
      reference,
      from: agencyView(line.fromAgencyId, names),
      number: documentNumber,
      notation,
      kind,
      kindName: DOCUMENT_KINDS[kind as DocumentKind].name,
      subject,
      promulgatedOn: line.promulgatedOn,
    },
  };
}
