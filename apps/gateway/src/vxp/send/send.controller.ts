import type { Readable } from 'node:stream';
import { Controller, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { monthOf, newDocumentId, refusal } from '@axis/edoc';
import { type EdxmlDocument, type EdxmlReading, readEdxml } from '@axis/edxml';
import { CONFIG, type Config } from '@axis/platform';
import { ContentStore } from '@axis/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { whenGone } from '../../client-gone';
import { dropRest } from '../../linger';
import { okAnswer } from '../answers/answer';
import type { BringingMessage } from '../mapping/submission-of';
import { isHashOf } from '../signature/hash-file';
import { CurrentCall, Once, SignatureGuard, type VxpCall } from '../signature/signature.guard';
import { Attachments } from './attachments';
import { readFileDoc } from './multipart';
import { Parties } from './parties';
import { type Taken, TakeDocument } from './take-document';
import { TakeRecall } from './take-recall';
import { TakeStatus } from './take-status';
import { refuseFaulty } from './refuse-faulty';
import { refuseUnbounded } from './refuse-unbounded';

/** The one way in of the protocol: documents, and everything that is said of them, as edXML. */
@ApiExcludeController()
@UseGuards(SignatureGuard)
@Controller('vxp')
export class SendController {
  constructor(
    private readonly contents: ContentStore,
    private readonly parties: Parties,
    private readonly documents: TakeDocument,
    private readonly recalls: TakeRecall,
    private readonly statuses: TakeStatus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('sendEdoc')
  @HttpCode(200)
  @Once()
  async send(
    @CurrentCall() call: VxpCall,
    @Req() { raw }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    try {
      const { docId, warnings } = await this.take(call, raw, whenGone(reply));
      return { ...okAnswer(warnings), DocId: docId };
    } catch (error) {
      dropRest(raw);
      throw error;
    }
  }

  private async take(call: VxpCall, body: Readable, gone: AbortSignal): Promise<Taken> {
    const now = new Date();
    const { limits } = this.config;
    const documentId = newDocumentId();
    const attachments = new Attachments(this.contents, limits, monthOf(documentId));
    try {
      const reading = await readFileDoc(body, (file) =>
        readEdxml(file, { receive: attachments.receive, maxUnwrapped: limits.fileBytes, now }),
      );
      const message = soundMessage(reading, call.headers.require('hash-file'));
      const sender = await this.parties.sender(message.from.organId, call.headers, call.caller);
      const to = call.headers.get('to');
      if (message.kind === 'status') return await this.statuses.take(message, sender, to, now);
      if (!bringsDocument(message)) return await this.recalls.take(message, sender, now);
      const taken = { documentId, reading, message, attachments, sender, to, gone };
      return await this.documents.take(taken, now);
    } finally {
      await attachments.discard();
    }
  }
}

const bringsDocument = (message: EdxmlDocument): message is BringingMessage => message.business.type !== 'recall';

/** @throws Refusal when it is not what was signed, or is no message to be accepted */
function soundMessage(reading: EdxmlReading, hashFile: string): NonNullable<EdxmlReading['message']> {
  refuseFaulty(reading);
  if (!isHashOf(hashFile, reading.sha256)) {
    throw refusal('file.hash_mismatch', { file: 'file_doc', promised: hashFile, actual: reading.sha256 });
  }
  if (!reading.message) throw new Error('a message without errors was not read');
  refuseUnbounded(reading.message);
  return reading.message;
}
