import { Readable } from 'node:stream';
import { All, Controller, Get, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type DeliveryId, refusal, type TransportAcknowledgement } from '@axis/edoc';
import { type Caller, type MessageType, StatusMessageStore } from '@axis/storage';
import type { FastifyReply } from 'fastify';
import { Acknowledge } from '../../deliveries/acknowledge';
import { okAnswer, type VxpAnswer } from '../answers/answer';
import { CurrentCall, Once, SignatureGuard, type VxpCall } from '../signature/signature.guard';
import type { SignedHeaders } from '../signature/signed-headers';
import { inBase64 } from './in-base64';
import { Lists } from './lists';
import { Outgoing } from './outgoing';

const ACKNOWLEDGEMENTS: readonly string[] = ['done', 'fail', 'processing'] satisfies TransportAcknowledgement[];

/** What a document system asks for: lists, messages, and to hear no more of what it has. */
@ApiExcludeController()
@UseGuards(SignatureGuard)
@Controller('vxp')
export class ReceiveController {
  constructor(
    private readonly lists: Lists,
    private readonly outgoing: Outgoing,
    private readonly acknowledge: Acknowledge,
    private readonly messages: StatusMessageStore,
  ) {}

  @Post('getReceivedEdocList')
  @HttpCode(200)
  async received(@CurrentCall() { caller, headers }: VxpCall) {
    return { ...okAnswer(), data: await this.lists.received(messageType(headers), caller) };
  }

  @Post('getSentEdocList')
  @HttpCode(200)
  async sent(@CurrentCall() { caller, headers }: VxpCall) {
    return { ...okAnswer(), data: await this.lists.sent(messageType(headers), caller) };
  }

  /** The SDK sends POST though it means GET. */
  @All('countReceiveEdoc')
  @HttpCode(200)
  async countDocuments(@CurrentCall() { caller }: VxpCall) {
    return { ...okAnswer(), count: await this.lists.countReceived('edoc', caller) };
  }

  @All('countReceiveStatus')
  @HttpCode(200)
  async countStatuses(@CurrentCall() { caller }: VxpCall) {
    return { ...okAnswer(), count: await this.lists.countReceived('status', caller) };
  }

  /** The header `filePath` is the client's own affair. */
  @Post('getEdoc')
  @HttpCode(200)
  async edoc(@CurrentCall() { caller, headers }: VxpCall, @Res() reply: FastifyReply): Promise<void> {
    const message = await this.outgoing.open(headers.require('docId'), caller);
    await reply
      .header('content-type', 'application/json; charset=utf-8')
      .send(Readable.from(inBase64(okAnswer(), message)));
  }

  @Get('downloadEdoc')
  async download(@CurrentCall() { caller, headers }: VxpCall, @Res() reply: FastifyReply): Promise<void> {
    const docId = headers.require('docId');
    const message = await this.outgoing.open(docId, caller);
    await reply
      .header('content-type', 'application/xml; charset=utf-8')
      .header('content-disposition', `attachment; filename="${docId}.edxml"`)
      .header('x-content-type-options', 'nosniff')
      .send(Readable.from(message));
  }

  @Post('updateStatus')
  @HttpCode(200)
  @Once()
  async updateStatus(@CurrentCall() { caller, headers }: VxpCall): Promise<VxpAnswer> {
    const result = headers.require('status');
    if (!ACKNOWLEDGEMENTS.includes(result)) {
      throw refusal('request.malformed', { detail: `status: ${ACKNOWLEDGEMENTS.join(', ')}` });
    }
    await this.take(headers.require('docId'), caller, result as TransportAcknowledgement);
    return okAnswer();
  }

  private async take(docId: string, caller: Caller, result: TransportAcknowledgement): Promise<void> {
    const now = new Date();
    const found = await this.outgoing.find(docId, caller);
    switch (found.kind) {
      case 'delivery':
        await this.acknowledge.acknowledge(found.delivery.id as DeliveryId, caller, { result }, now);
        return;
      case 'message':
        if (result === 'done') await this.messages.acknowledge(found.message, now);
        return;
      case 'sent':
        throw refusal('delivery.not_found');
    }
  }
}

function messageType(headers: SignedHeaders): MessageType {
  const type = headers.require('messagetype').toLowerCase();
  if (type !== 'edoc' && type !== 'status') {
    throw refusal('request.malformed', { detail: 'messagetype: edoc, status' });
  }
  return type;
}
