import { v7 } from 'uuid';
import type { Branded } from './branded';

/** UUIDv7, lower case. Its first 48 bits are the Unix time in milliseconds of its making (RFC 9562 §5.7). */
export type DocumentId = Branded<string, 'DocumentId'>;
export type DeliveryId = Branded<string, 'DeliveryId'>;
export type StatusId = Branded<string, 'StatusId'>;
/** A message that waits for an agency beside its documents. */
export type MessageId = Branded<string, 'MessageId'>;
export type AgencyId = Branded<string, 'AgencyId'>;

/** A month of UTC time, `YYYY-MM`. */
export type Month = Branded<string, 'Month'>;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Ids up to the year 9999: a later one was made up, and its month has no name. */
const END_OF_TIME = 'e677d21f-dc00';

function parseUuidV7(text: string): string | undefined {
  const lower = text.toLowerCase();
  return UUID_V7.test(lower) && lower < END_OF_TIME ? lower : undefined;
}

export const parseDocumentId = (text: string): DocumentId | undefined => parseUuidV7(text) as DocumentId | undefined;
export const parseDeliveryId = (text: string): DeliveryId | undefined => parseUuidV7(text) as DeliveryId | undefined;

export const parseMessageId = (text: string): MessageId | undefined => parseUuidV7(text) as MessageId | undefined;

export const newDocumentId = (): DocumentId => v7() as DocumentId;
/** Of the same millisecond as its document's id, so that a delivery's own id tells the month its rows lie in; in order of `position`. */
export const newDeliveryId = (document: DocumentId, position = 0): DeliveryId =>
  v7({ msecs: timeOf(document).getTime(), seq: position }) as DeliveryId;
/** Of the same millisecond as its document's id, for the same reason. */
export const newMessageId = (document: DocumentId): MessageId => v7({ msecs: timeOf(document).getTime() }) as MessageId;
export const newStatusId = (): StatusId => v7() as StatusId;
export const newAgencyId = (): AgencyId => v7() as AgencyId;

/** When the id was made, from its first 48 bits. */
export function timeOf(id: DocumentId | DeliveryId | StatusId | MessageId | AgencyId): Date {
  return new Date(parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

/**
 * The month (UTC) an id was made in. Growing tables are partitioned by the month of the document's id,
 * so a row is found by its document id alone.
 */
export function monthOf(id: DocumentId | DeliveryId | StatusId | MessageId | AgencyId): Month {
  return monthAt(timeOf(id));
}

export function monthAt(time: Date): Month {
  return time.toISOString().slice(0, 7) as Month;
}

/** The bounds of the ids of one millisecond: a delivery's or message's document is among them, so its row is found by its id alone. */
export function idRangeAround(id: DeliveryId | MessageId): { readonly from: string; readonly to: string } {
  const time = timeOf(id).getTime();
  return { from: lowestIdAt(time), to: lowestIdAt(time + 1) };
}

/** Every id made since then is at least this one, and none made before. */
export function lowestIdAt(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
