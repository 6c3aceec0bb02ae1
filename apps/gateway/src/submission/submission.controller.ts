import type { Readable } from 'node:stream';
import { Controller, Headers, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { MultipartFile } from '@fastify/multipart';
import { monthOf, newDocumentId, refusal } from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import { type Caller, ContentStore } from '@axis/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { AccessGuard, CurrentCaller } from '../access/access.guard';
import { whenGone } from '../client-gone';
import { isSettled, ReadDocuments } from '../documents/read-documents';
import { dropRest } from '../linger';
import { DocumentShape } from '../shapes';
import { CheckSubmission } from './check-submission';
import { FileReceiver } from './receive-files';
import { DESCRIPTION_BYTES, type Submission, SubmissionDto, submissionSchema } from './submission.schema';
import { Submit } from './submit';

const LONGEST_WAIT_SECONDS = 60;

@ApiTags('documents')
@ApiBearerAuth()
@ApiExtraModels(SubmissionDto)
@UseGuards(AccessGuard)
@Controller('v1/documents')
export class SubmissionController {
  constructor(
    private readonly checks: CheckSubmission,
    private readonly submit: Submit,
    private readonly read: ReadDocuments,
    private readonly contents: ContentStore,
    private readonly log: PinoLogger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Send a document',
    description:
      'multipart/form-data: first the part `document` (JSON), then the files, the signed main PDF first. Answers 202 once all is ' +
      'stored; its signatures are checked next. The same document again gets the first answer again (200).',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['document', 'file'],
      properties: {
        document: { $ref: getSchemaPath(SubmissionDto) },
        file: { type: 'array', items: { type: 'string', format: 'binary' } },
      },
    },
  })
  @ApiHeader({ name: 'idempotency-key', required: false, description: 'At most 255 characters; remembered for days' })
  @ApiHeader({
    name: 'prefer',
    required: false,
    description: '`wait=10`: answer when checked and on its way, or after 10 s (RFC 7240)',
  })
  @ApiAcceptedResponse({ type: DocumentShape, description: 'Its address is in Location' })
  async send(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Headers('idempotency-key') key?: string,
    @Headers('prefer') prefer?: string,
  ): Promise<void> {
    if (!request.isMultipart()) {
      throw refusal('request.unsupported', { contentType: request.headers['content-type'] ?? 'nothing' });
    }
    if (key !== undefined && (key === '' || key.length > 255)) {
      throw refusal('request.malformed', { detail: 'Idempotency-Key: 1 to 255 characters' });
    }
    try {
      const { documentId, repeated } = await readable(request, () => this.accept(request, caller, key));
      const wait = Math.min(Number(/\bwait=(\d+)/.exec(prefer ?? '')?.[1] ?? 0), LONGEST_WAIT_SECONDS);
      const view = await this.read.whenever(documentId, isSettled, { ms: wait * 1000, signal: whenGone(reply) });
      await reply
        .status(repeated ? 200 : 202)
        .header('location', `/v1/documents/${documentId}`)
        .send(view);
    } catch (error) {
      dropRest(request.raw);
      throw error;
    }
  }

  private async accept(request: FastifyRequest, caller: Caller, key: string | undefined) {
    const now = new Date();
    const documentId = newDocumentId();
    const parts = request.parts() as AsyncIterableIterator<MultipartFile>; // prepareWebServer makes every part a file
    const submission = await firstPart(parts);
    const checked = await this.checks.check(submission, caller, now);
    const receiver = new FileReceiver(this.contents, this.config.limits, monthOf(documentId), submission.files);
    let accepted: Awaited<ReturnType<Submit['submit']>> | undefined;
    try {
      const files = await receiver.receive(parts);
      accepted = await this.submit.submit({ documentId, caller, submission, checked, files, key }, now);
    } finally {
      if (!accepted || accepted.repeated) await receiver.discard();
    }
    this.log.info({ ...accepted, from: checked.from.code, addressees: checked.to.length }, 'document submitted');
    return accepted;
  }
}

async function firstPart(parts: AsyncIterator<MultipartFile>): Promise<Submission> {
  const { value, done } = (await parts.next()) as IteratorResult<MultipartFile, undefined>;
  if (done || value.fieldname !== 'document') {
    throw refusal('request.malformed', { detail: 'the first part must be `document`, the JSON description' });
  }
  return submissionSchema.parse(parseJson(await readText(value.file)));
}

async function readText(source: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > DESCRIPTION_BYTES) throw refusal('body.too_large', { limit: DESCRIPTION_BYTES });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal('request.malformed', { detail: `document: ${(error as SyntaxError).message}` });
  }
}

/** The multipart parser fails in its own words; to the client they mean one of two things. */
async function readable<T>(request: FastifyRequest, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (
      (request.raw.destroyed && !request.raw.readableEnded) ||
      /unexpected end of multipart data|premature close/i.test(error.message)
    ) {
      throw refusal('upload.interrupted');
    }
    if (/boundary not found/i.test(error.message)) throw refusal('request.malformed', { detail: error.message });
    throw error;
  }
}
