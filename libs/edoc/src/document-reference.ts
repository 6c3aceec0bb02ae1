import { parseAgencyCode, type AgencyCode } from './agency-code';
import { calendarDate, type CalendarDate } from './vietnam-time';

/** QCVN 102:2016/BTTTT: the most characters CodeNumber and CodeNotation may have. */
export const NUMBER_MAX_LENGTH = 11;
export const NOTATION_MAX_LENGTH = 30;

/** Number (`7816`) and notation (`VPCP-TTĐT`) of a document, unique per agency and year. */
export interface NumberAndNotation {
  readonly number: string;
  readonly notation: string;
}

export interface DocumentReference extends NumberAndNotation {
  readonly organId: AgencyCode;
  readonly date: CalendarDate;
}

export type ParsedReference =
  | { readonly kind: 'reference'; readonly reference: DocumentReference }
  /** Well formed, but of a day that does not exist (2014/02/30): in use all the same, so accepted with a warning. */
  | {
      readonly kind: 'impossible_date';
      readonly organId: AgencyCode;
      readonly dateText: string;
      readonly code: NumberAndNotation;
    }
  | { readonly kind: 'uuid'; readonly uuid: string }
  | { readonly kind: 'malformed' };

const REFERENCE = /^([^,]+),\s*(\d{4})\/(\d{1,2})\/(\d{1,2}),\s*([^/]+)\/(.+)$/s;
const UUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/** `OrganId,yyyy/MM/dd,Number/Notation` (QCVN 102:2016/BTTTT, DocumentId). */
export function formatReference({ organId, date, number, notation }: DocumentReference): string {
  return `${organId},${date.replaceAll('-', '/')},${formatNumber({ number, notation })}`;
}

/** `7816/VPCP-TTĐT`; without a notation the number alone. */
export function formatNumber({ number, notation }: NumberAndNotation): string {
  return notation === '' ? number : `${number}/${notation}`;
}

/** Everything after the first slash is notation: `15/2020/NĐ-CP` is number 15, notation `2020/NĐ-CP`. */
export function parseReference(text: string): ParsedReference {
  const trimmed = text.trim().normalize('NFC');
  const [, uuid] = UUID.exec(trimmed) ?? [];
  if (uuid !== undefined) return { kind: 'uuid', uuid: uuid.toLowerCase() };

  const [, organ = '', year = '', month = '', day = '', number = '', notation] = REFERENCE.exec(trimmed) ?? [];
  const organId = parseAgencyCode(organ);
  if (!organId || notation === undefined) return { kind: 'malformed' };
  const code = { number: number.trim(), notation: notation.trim() };
  const date = calendarDate(Number(year), Number(month), Number(day));
  return date
    ? { kind: 'reference', reference: { organId, date, ...code } }
    : { kind: 'impossible_date', organId, dateText: `${year}/${month}/${day}`, code };
}

/** What is wrong with a number and notation; empty when nothing is. Lengths count characters after NFC. */
export function faultsOfNumber({ number, notation }: NumberAndNotation): readonly NumberFault[] {
  const faults: NumberFault[] = [];
  if (number.trim() === '') faults.push('number_missing');
  if (/[/,]/.test(number)) faults.push('number_has_separator');
  if (lengthOf(number) > NUMBER_MAX_LENGTH) faults.push('number_too_long');
  if (notation.trim() === '') faults.push('notation_missing');
  if (lengthOf(notation) > NOTATION_MAX_LENGTH) faults.push('notation_too_long');
  return faults;
}

export type NumberFault =
  'number_missing' | 'number_has_separator' | 'number_too_long' | 'notation_missing' | 'notation_too_long';

function lengthOf(text: string): number {
  return Array.from(text.normalize('NFC')).length;
}
