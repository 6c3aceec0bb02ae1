import { generationOf, parseAgencyCode, type AgencyCode } from './agency-code';
import { parseCalendarDate, type CalendarDate } from './vietnam-time';

/** The columns of a directory file, CSV or JSON alike. Only `code` and `name` have to be there. */
export const DIRECTORY_COLUMNS = [
  'code',
  'old_code',
  'name',
  'short_name',
  'parent_code',
  'status',
  'successor_code',
  'closed_on',
  'email',
  'phone',
  'sample',
] as const;

export type DirectoryColumn = (typeof DIRECTORY_COLUMNS)[number];

/** One agency as a directory file gives it. Parent and successor may be named by either generation of their code. */
export interface AgencyRow {
  readonly line: number;
  readonly code: AgencyCode;
  readonly oldCode: AgencyCode | undefined;
  readonly name: string;
  readonly shortName: string | undefined;
  readonly parentCode: AgencyCode | undefined;
  readonly status: 'active' | 'closed';
  readonly successorCode: AgencyCode | undefined;
  readonly closedOn: CalendarDate | undefined;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  readonly sample: boolean;
}

export interface DirectoryFinding {
  readonly line: number;
  readonly fault: DirectoryFault;
  /** A sentence naming the column and the value. */
  readonly reason: string;
}

export type DirectoryFault =
  | 'column_unknown'
  | 'column_missing'
  | 'value_missing'
  | 'value_invalid'
  | 'value_too_long'
  | 'text_garbled'
  | 'code_repeated'
  | 'code_taken'
  | 'parent_unknown'
  | 'parent_cycle'
  | 'successor_unknown'
  | 'successor_cycle'
  | 'successor_of_active'
  | 'closed_on_of_active';

/** The most characters a value may have: OrganName, Email and Telephone of QCVN 102:2016/BTTTT. */
const MAX_LENGTH = { name: 200, short_name: 100, email: 100, phone: 20 } as const;

/** A row as read from a file: its values by column, still text, empty or absent when there is none. */
export interface DirectoryRow {
  readonly line: number;
  readonly values: Readonly<Partial<Record<string, string>>>;
}

export type ParsedRow =
  | { readonly kind: 'row'; readonly row: AgencyRow }
  | { readonly kind: 'faulty'; readonly findings: readonly DirectoryFinding[] };

/** What is wrong with a file's columns; a misspelt one would otherwise lose its values silently. */
export function faultsOfColumns(columns: readonly string[], line: number): readonly DirectoryFinding[] {
  const unknown = columns.filter((column) => !DIRECTORY_COLUMNS.some((known) => known === column));
  const missing = ['code', 'name'].filter((column) => !columns.includes(column));
  return [
    ...unknown.map((column) => ({ line, fault: 'column_unknown' as const, reason: `column ${column} is not known` })),
    ...missing.map((column) => ({ line, fault: 'column_missing' as const, reason: `column ${column} is missing` })),
  ];
}

/** Reads one row and reports everything wrong with it, not only the first fault. */
export function parseAgencyRow({ line, values }: DirectoryRow): ParsedRow {
  const findings: DirectoryFinding[] = [];
  const fault = (kind: DirectoryFault, reason: string) => findings.push({ line, fault: kind, reason });

  const text = (column: DirectoryColumn): string | undefined => {
    const value = values[column]?.normalize('NFC').trim();
    if (value === undefined || value === '') return undefined;
    if (/[\uFFFD\p{Cc}]/u.test(value)) fault('text_garbled', `${column} holds bytes that are not UTF-8 text`);
    const limit = column in MAX_LENGTH ? MAX_LENGTH[column as keyof typeof MAX_LENGTH] : undefined;
    if (limit !== undefined && Array.from(value).length > limit)
      fault('value_too_long', `${column} has more than ${limit} characters`);
    return value;
  };
  const code = (column: DirectoryColumn): AgencyCode | undefined => {
    const value = text(column);
    if (value === undefined) return undefined;
    const parsed = parseAgencyCode(value);
    if (!parsed) fault('value_invalid', `${column} ${value} cannot be a code`);
    return parsed;
  };

  const own = code('code');
  if (!own && !values['code']?.trim()) fault('value_missing', 'code is missing');
  const oldCode = code('old_code');
  if (oldCode && generationOf(oldCode) !== 'old')
    fault('value_invalid', `old_code ${oldCode} is not of the form LLL.LL.LL.Xnn`);
  const name = text('name');
  if (name === undefined) fault('value_missing', 'name is missing');

  const status = text('status') ?? 'active';
  if (status !== 'active' && status !== 'closed')
    fault('value_invalid', `status ${status} is neither active nor closed`);
  const successorCode = code('successor_code');
  if (successorCode && status === 'active')
    fault('successor_of_active', `successor_code ${successorCode} is of an agency that is not closed`);
  const closedOnText = text('closed_on');
  const closedOn = closedOnText === undefined ? undefined : parseCalendarDate(closedOnText);
  if (closedOnText !== undefined && !closedOn)
    fault('value_invalid', `closed_on ${closedOnText} is no date YYYY-MM-DD`);
  if (closedOnText !== undefined && status === 'active')
    fault('closed_on_of_active', `closed_on ${closedOnText} is of an agency that is not closed`);

  const email = text('email');
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) fault('value_invalid', `email ${email} is no address`);
  const sample = text('sample') ?? 'false';
  if (sample !== 'true' && sample !== 'false') fault('value_invalid', `sample ${sample} is neither true nor false`);

  const shortName = text('short_name');
  const parentCode = code('parent_code');
  const phone = text('phone');
  if (findings.length > 0 || !own || name === undefined) return { kind: 'faulty', findings };
  return {
    kind: 'row',
    row: {
      line,
      code: own,
      oldCode: oldCode === own ? undefined : oldCode,
      name,
      shortName,
      parentCode,
      status: status === 'closed' ? 'closed' : 'active',
      successorCode,
      closedOn,
      email,
      phone,
      sample: sample === 'true',
    },
  };
}
