import { generationOf, type AgencyCode } from './agency-code';
import type { HeldCode } from './directory-codes';
import type { DirectoryFinding, DirectoryRow } from './directory-columns';
import { RowValues } from './directory-values';
import type { CalendarDate } from './vietnam-time';

/**
 * One agency as a directory file gives it. Parent and successor may be named by either generation of their code. Of the
 * texts about it, undefined says that the file has no such column and what is known may stay; '' says that there is none.
 */
export interface AgencyRow {
  readonly line: number;
  readonly code: AgencyCode;
  /** Every code the row tells, `code` first. */
  readonly codes: readonly HeldCode[];
  readonly name: string;
  readonly shortName: string | undefined;
  readonly parentCode: AgencyCode | undefined;
  readonly status: 'active' | 'closed';
  readonly successorCode: AgencyCode | undefined;
  readonly closedOn: CalendarDate | undefined;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  readonly fax: string | undefined;
  readonly address: string | undefined;
  readonly website: string | undefined;
  readonly inCharge: string | undefined;
  readonly sample: boolean;
}

export type ParsedRow =
  | { readonly kind: 'row'; readonly row: AgencyRow }
  | { readonly kind: 'faulty'; readonly findings: readonly DirectoryFinding[] };

/** Reads one row and reports everything wrong with it, not only the first fault. */
export function parseAgencyRow(raw: DirectoryRow): ParsedRow {
  const values = new RowValues(raw);
  const code = values.code('code', values.required('code'));
  const oldCode = values.code('old_code');
  if (oldCode && generationOf(oldCode) !== 'old')
    values.fault('value_invalid', `old_code ${oldCode} is not of the form LLL.LL.LL.Xnn`);
  const name = values.required('name');

  const status = values.text('status') ?? 'active';
  if (status !== 'active' && status !== 'closed')
    values.fault('value_invalid', `status ${status} is neither active nor closed`);
  const successorCode = values.code('successor_code');
  if (successorCode && status === 'active')
    values.fault('successor_of_active', `successor_code ${successorCode} is of an agency that is not closed`);
  const closedOn = values.date('closed_on');
  if (closedOn && status === 'active')
    values.fault('closed_on_of_active', `closed_on ${closedOn} is of an agency that is not closed`);

  const email = values.told('email');
  if (email && !/^[^\s@]+@[^\s@]+$/.test(email)) values.fault('value_invalid', `email ${email} is no address`);
  const sample = values.text('sample') ?? 'false';
  if (sample !== 'true' && sample !== 'false')
    values.fault('value_invalid', `sample ${sample} is neither true nor false`);

  const row = {
    line: raw.line,
    shortName: values.told('short_name'),
    parentCode: values.code('parent_code'),
    status: status === 'closed' ? 'closed' : 'active',
    successorCode,
    closedOn,
    email,
    phone: values.told('phone'),
    fax: values.told('fax'),
    address: values.told('address'),
    website: values.told('website'),
    inCharge: values.told('in_charge'),
    sample: sample === 'true',
  } as const;
  const codes = distinct([
    ...(code ? [{ code, since: values.date('code_since'), until: undefined }] : []),
    ...(oldCode ? [{ code: oldCode, since: values.date('old_code_since'), until: undefined }] : []),
    ...values.heldCodes('other_codes'),
  ]);
  if (values.findings.length > 0 || !code || name === undefined) return { kind: 'faulty', findings: values.findings };
  return { kind: 'row', row: { ...row, code, codes, name } };
}

/** Each code as it is told first. */
function distinct(codes: readonly HeldCode[]): readonly HeldCode[] {
  return [...new Map(codes.toReversed().map((held) => [held.code, held])).values()].toReversed();
}
