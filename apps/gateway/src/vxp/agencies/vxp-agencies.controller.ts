import { Readable } from 'node:stream';
import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type DirectoryEntry, parseAgencyCode, refusal } from '@axis/edoc';
import { Directory } from '@axis/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { okAnswer, type VxpAnswer } from '../answers/answer';
import { CurrentCall, Once, SignatureGuard, type VxpCall } from '../signature/signature.guard';
import { SigningSystems } from '../signature/signing-systems';
import { agencyAnswer, type AgencyList } from './agency-entries';
import { smallBody } from './small-body';

/** Entries read at a time when changes are. */
const PAGE = 1000;

const told = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? undefined : String(value)));

/** Clients send fields of their own beside these; `id` is theirs and means nothing here. */
const registrationSchema = z.object({
  code: z.string(),
  name: z.string(),
  pcode: told,
  mail: told,
  mobile: told,
  fax: told,
});

@ApiExcludeController()
@UseGuards(SignatureGuard)
@Controller('vxp')
export class VxpAgenciesController {
  constructor(
    private readonly directory: Directory,
    private readonly signing: SigningSystems,
  ) {}

  @Post('getAgenciesList')
  @HttpCode(200)
  list(@Res() reply: FastifyReply): Promise<void> {
    return answer(reply, 'getAgenciesList', this.directory.entries());
  }

  @Post('getAgenciesListQD20')
  @HttpCode(200)
  listByNewCodes(@Res() reply: FastifyReply): Promise<void> {
    return answer(reply, 'getAgenciesListQD20', this.directory.entries());
  }

  /** Everything; or what has changed since `version`, where the form or the signed header `fromVersion` names one. */
  @Post('getSynchronizeUnit')
  @HttpCode(200)
  async synchronize(
    @CurrentCall() { headers }: VxpCall,
    @Req() { raw }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const since = headers.get('fromVersion') ?? versionIn(await smallBody(raw));
    if (since === undefined) return answer(reply, 'getSynchronizeUnit', this.directory.entries());
    if (!/^\d{1,15}$/.test(since)) throw refusal('request.malformed', { detail: 'version: a number' });
    // Read once before the answer begins, so that a version yet to come is told as a problem.
    const first = await this.directory.listSince(Number(since), PAGE);
    return answer(reply, 'getSynchronizeUnit', this.changes(first));
  }

  @Post('registerAgency')
  @HttpCode(200)
  @Once()
  async register(@CurrentCall() { caller, headers }: VxpCall, @Req() { raw }: FastifyRequest): Promise<VxpAnswer> {
    const { code, name, pcode, mail, mobile, fax } = registrationSchema.parse(parseJson(await smallBody(raw)));
    await this.directory.register(caller, { code, name, parentCode: pcode, email: mail, phone: mobile, fax });
    this.signing.forget(headers.systemId);
    return okAnswer();
  }

  @Post('deleteAgency')
  @HttpCode(200)
  @Once()
  async remove(@CurrentCall() { caller, headers }: VxpCall): Promise<VxpAnswer> {
    const text = headers.require('AgencyCode');
    const code = parseAgencyCode(text);
    if (!code) throw refusal('agency.not_found', { agency: text });
    await this.directory.remove(caller, code);
    this.signing.forget(headers.systemId);
    return okAnswer();
  }

  private async *changes(first: Awaited<ReturnType<Directory['listSince']>>): AsyncGenerator<DirectoryEntry> {
    for (let page = first; ; page = await this.directory.listSince(page.next, PAGE)) {
      yield* page.entries;
      if (!page.more) return;
    }
  }
}

async function answer(reply: FastifyReply, list: AgencyList, entries: AsyncIterable<DirectoryEntry>): Promise<void> {
  await reply
    .header('content-type', 'application/json; charset=utf-8')
    .send(Readable.from(agencyAnswer(list, entries)));
}

/** Of a form, or of a JSON object. */
function versionIn(body: string): string | undefined {
  if (body.trimStart().startsWith('{')) {
    const { version } = z.object({ version: told }).parse(parseJson(body));
    return version;
  }
  return new URLSearchParams(body).get('version') ?? undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal('request.malformed', { detail: (error as SyntaxError).message });
  }
}
