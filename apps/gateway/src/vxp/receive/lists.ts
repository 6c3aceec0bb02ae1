import { Injectable } from '@nestjs/common';
import { DELIVERY_STATES, type DeliveryState, formatNumber, problemOf, STATUSES, vietnamStamp } from '@axis/edoc';
import {
  type Caller,
  type DocumentState,
  ExchangeListStore,
  type MessageType,
  type SentMessage,
  type SentStatus,
  type WaitingMessage,
} from '@axis/storage';

/** Entries of a list at most: what is acknowledged makes room for the next. */
const MOST = 500;

/** The lists of the protocol, in its own words; every value a text. */
@Injectable()
export class Lists {
  constructor(private readonly lists: ExchangeListStore) {}

  /** What waits for the caller's agencies, the oldest first; each stays until `updateStatus` says done. */
  async received(type: MessageType, caller: Caller): Promise<ReturnType<typeof receivedEntry>[]> {
    const waiting = await this.lists.waiting(type, agenciesOf(caller), MOST);
    return waiting.map((message) => receivedEntry(type, message));
  }

  countReceived(type: MessageType, caller: Caller): Promise<number> {
    return this.lists.countWaiting(type, agenciesOf(caller));
  }

  /** What the caller sent, the newest first, one entry a receiver. */
  async sent(type: MessageType, caller: Caller): Promise<ReturnType<typeof sentEntry>[]> {
    if (type === 'status') return (await this.lists.sentStatuses(caller.systemId, MOST)).map(sentStatusEntry);
    return (await this.lists.sent(agenciesOf(caller), MOST)).map(sentEntry);
  }
}

const agenciesOf = ({ agencies }: Caller) => agencies.map(({ id }) => id);

function receivedEntry(type: MessageType, { id, fromCode, toCode, createdAt, updatedAt }: WaitingMessage) {
  return {
    docId: id,
    serviceType: 'eDoc',
    messageType: type,
    created_time: vietnamStamp(createdAt),
    updated_time: vietnamStamp(updatedAt),
    from: fromCode,
    to: toCode,
    status: 'initial',
    status_desc: 'Chờ nhận',
  };
}

/** How far the axis has brought a document, in the words of transport acknowledgement. */
const SENDING: Readonly<Record<DocumentState, readonly [status: string, label: string]>> = {
  submitted: ['processing', 'Đang kiểm tra chữ ký số'],
  verified: ['processing', 'Đang chuyển'],
  routed: ['done', 'Đã gửi'],
  rejected: ['fail', 'Bị Trục từ chối'],
  withdrawn: ['fail', 'Đã lấy lại trước khi chuyển'],
};

/** The status code of the receiver's step; the transport's own states have none. */
const STEPS: Partial<Record<DeliveryState, string>> = {
  arrived: '01',
  refused: '02',
  accepted: '03',
  assigned: '04',
  processing: '05',
  completed: '06',
};

function sentEntry(sent: SentMessage) {
  const { state, rejection, deliveryState, problem } = sent;
  const [sendStatus, label] =
    deliveryState === 'failed' ? (['fail', DELIVERY_STATES.failed.label] as const) : SENDING[state];
  const why = rejection ?? problem;
  return {
    serviceType: 'eDoc',
    messageType: 'edoc',
    senderDocId: sent.documentId,
    receiverDocId: sent.deliveryId ?? '',
    fromCode: sent.fromCode,
    toCode: sent.toCode ?? '',
    title: sent.subject,
    notation: formatNumber(sent),
    sentTime: vietnamStamp(sent.submittedAt),
    receivedTime: stampOf(sent.handedOverAt),
    sendStatus,
    sendStatusDesc: why ? `${label}: ${problemOf(why).vi} [${why.code}]` : label,
    receiveStatus: (deliveryState && STEPS[deliveryState]) ?? '',
    receiveStatusDesc: deliveryState ? DELIVERY_STATES[deliveryState].label : '',
  };
}

function sentStatusEntry(sent: SentStatus): ReturnType<typeof sentEntry> {
  return {
    serviceType: 'eDoc',
    messageType: 'status',
    senderDocId: sent.id,
    receiverDocId: sent.documentId,
    fromCode: sent.fromCode,
    toCode: sent.toCode,
    title: sent.subject,
    notation: formatNumber(sent),
    sentTime: vietnamStamp(sent.receivedAt),
    receivedTime: '',
    sendStatus: 'done',
    sendStatusDesc: 'Đã gửi',
    receiveStatus: sent.code,
    receiveStatusDesc: STATUSES[sent.code].name,
  };
}

const stampOf = (time: Date | null): string => (time ? vietnamStamp(time) : '');
