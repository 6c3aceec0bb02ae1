import { Controller, Get, Headers, Param, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type DocumentId, monthOf, refusal } from '@axis/edoc';
import { type Caller, ContentStore } from '@axis/storage';
import type { FastifyReply } from 'fastify';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { parseRange } from './range';
import { ReadDocuments } from './read-documents';

@ApiTags('documents')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('v1/documents/:id/files')
export class FilesController {
  constructor(
    private readonly read: ReadDocuments,
    private readonly contents: ContentStore,
  ) {}

  @Get(':position')
  @ApiOperation({
    summary: 'A file of a document, whole or in part',
    description: 'ETag is its SHA-256 in hexadecimal.',
  })
  @ApiHeader({ name: 'range', required: false, description: '`bytes=0-1023` (RFC 9110 §14)' })
  @ApiProduces('application/pdf', 'application/octet-stream')
  async file(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('position') position: string,
    @Res() reply: FastifyReply,
    @Headers('range') range?: string,
    @Headers('if-none-match') known?: string,
    @Headers('if-range') unchanged?: string,
  ): Promise<void> {
    const { stored } = await this.read.content(id, caller);
    const file = stored.files.find((one) => String(one.position) === position);
    if (!file) throw refusal('file.not_found');
    const etag = `"${file.sha256.toString('hex')}"`;
    if (names(known, etag)) {
      await reply.status(304).header('etag', etag).send();
      return;
    }

    const size = Number(file.size);
    // RFC 9110 §13.1.5: a part of what the client has begun, or else the whole.
    const part = unchanged === undefined || unchanged === etag ? parseRange(range, size) : undefined;
    const content = await this.contents.open(monthOf(stored.document.id as DocumentId), file.sha256, part);
    if (!content) {
      // Its time may have been over just now.
      await this.read.content(id, caller);
      throw new Error(`content of file ${position} of document ${id} is gone`);
    }
    if (part) void reply.status(206).header('content-range', `bytes ${part.start}-${part.end}/${size}`);
    await reply
      .header('content-type', file.contentType)
      .header('content-length', part ? part.end - part.start + 1 : size)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeName(file.name)}`)
      .header('accept-ranges', 'bytes')
      .header('etag', etag)
      // A sender's file is never run as a page of ours.
      .header('x-content-type-options', 'nosniff')
      .send(content.stream);
  }
}

/** If-None-Match (RFC 9110 §13.1.2): `*`, or a list in which weak tags count too. */
function names(known: string | undefined, etag: string): boolean {
  const tags = known?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(etag);
}

/** RFC 8187: what encodeURIComponent leaves is safe but for these. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
