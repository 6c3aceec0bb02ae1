/**
 * The columns of a directory file, CSV or JSON alike. Only `code` and `name` have to be there. `other_codes` are further
 * codes the agency has or had, `CODE` or `CODE since/until`, separated by semicolons.
 */
export const DIRECTORY_COLUMNS = [
  'code',
  'code_since',
  'old_code',
  'old_code_since',
  'other_codes',
  'name',
  'short_name',
  'parent_code',
  'status',
  'successor_code',
  'closed_on',
  'email',
  'phone',
  'fax',
  'address',
  'website',
  'in_charge',
  'sample',
] as const;

export type DirectoryColumn = (typeof DIRECTORY_COLUMNS)[number];

/** A row as read from a file: its values by column, still text, empty or absent when there is none. */
export interface DirectoryRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string | undefined>>;
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

/** What is wrong with a file's columns; a misspelt one would otherwise lose its values silently. */
export function faultsOfColumns(columns: readonly string[], line: number): readonly DirectoryFinding[] {
  const unknown = columns.filter((column) => !DIRECTORY_COLUMNS.some((known) => known === column));
  const missing = ['code', 'name'].filter((column) => !columns.includes(column));
  return [
    ...unknown.map((column) => ({ line, fault: 'column_unknown' as const, reason: `column ${column} is not known` })),
    ...missing.map((column) => ({ line, fault: 'column_missing' as const, reason: `column ${column} is missing` })),
  ];
}
