import type { AgencyCode, CodeGeneration } from './agency-code';
import { heldCodeText } from './directory-codes';
import type { DirectoryColumn } from './directory-columns';
import type { CalendarDate } from './vietnam-time';

/** A code of an agency, and whether it is the one it uses now. */
export interface EntryCode {
  readonly code: AgencyCode;
  readonly generation: CodeGeneration;
  /** Null when unknown. */
  readonly since: CalendarDate | null;
  /** Null while it has the code. */
  readonly until: CalendarDate | null;
  readonly current: boolean;
}

/** An agency as the directory gives it to others. */
export interface DirectoryEntry {
  /** Small and for ever the same. */
  readonly id: number;
  /** The code it uses now. */
  readonly code: AgencyCode;
  /** Of the new and the old generation, as far as it has them now; `code` is one of them unless it is of neither. */
  readonly newCode: AgencyCode | null;
  readonly oldCode: AgencyCode | null;
  /** All it has or had. */
  readonly codes: readonly EntryCode[];
  readonly name: string;
  readonly shortName: string | null;
  /** 1 is the top. */
  readonly level: number;
  readonly parentId: number | null;
  readonly parentCode: AgencyCode | null;
  readonly status: 'active' | 'closed';
  readonly successorCode: AgencyCode | null;
  readonly closedOn: CalendarDate | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly fax: string | null;
  readonly address: string | null;
  readonly website: string | null;
  /** The body in charge of it (OrganizationInCharge), where that is not its parent. */
  readonly inCharge: string | null;
  /** A connection centre is a machine room that receives no documents. */
  readonly isAgency: boolean;
  /** The connection centre it lies below, directly. */
  readonly centreCode: AgencyCode | null;
  readonly sample: boolean;
  /** The directory's version that its last change made. */
  readonly version: number;
  readonly updatedAt: Date;
}

/** The entry as a row of a directory file: read again, it changes nothing. */
export function directoryRowOf(entry: DirectoryEntry): Readonly<Record<DirectoryColumn, string>> {
  const current = entry.codes.find((held) => held.current);
  const old = entry.codes.find((held) => held.code === entry.oldCode && !held.current);
  const others = entry.codes.filter((held) => held !== current && held !== old);
  return {
    code: entry.code,
    code_since: current?.since ?? '',
    old_code: old?.code ?? '',
    old_code_since: old?.since ?? '',
    other_codes: others.map(heldCodeText).join('; '),
    name: entry.name,
    short_name: entry.shortName ?? '',
    parent_code: entry.parentCode ?? '',
    status: entry.status,
    successor_code: entry.successorCode ?? '',
    closed_on: entry.closedOn ?? '',
    email: entry.email ?? '',
    phone: entry.phone ?? '',
    fax: entry.fax ?? '',
    address: entry.address ?? '',
    website: entry.website ?? '',
    in_charge: entry.inCharge ?? '',
    sample: String(entry.sample),
  };
}
