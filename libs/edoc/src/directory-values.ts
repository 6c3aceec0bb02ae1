import { parseAgencyCode, type AgencyCode } from './agency-code';
import { type HeldCode, parseHeldCode } from './directory-codes';
import type { DirectoryColumn, DirectoryFault, DirectoryFinding, DirectoryRow } from './directory-columns';
import { parseCalendarDate, type CalendarDate } from './vietnam-time';

/** The most characters a value may have: OrganName, Email, Telephone and so on of QCVN 102:2016/BTTTT. */
const MAX_LENGTH: Partial<Record<DirectoryColumn, number>> = {
  name: 200,
  short_name: 100,
  email: 100,
  phone: 20,
  fax: 20,
  address: 500,
  website: 100,
  in_charge: 500,
};

/** A row's values one by one, each read as what it should be; what is wrong is gathered, so that all of it is told at once. */
export class RowValues {
  readonly findings: DirectoryFinding[] = [];

  constructor(private readonly row: DirectoryRow) {}

  fault(fault: DirectoryFault, reason: string): void {
    this.findings.push({ line: this.row.line, fault, reason });
  }

  /** undefined when it is absent or empty. */
  text(column: DirectoryColumn): string | undefined {
    const value = this.row.values[column]?.normalize('NFC').trim();
    if (value === undefined || value === '') return undefined;
    if (/[\uFFFD\p{Cc}]/u.test(value)) this.fault('text_garbled', `${column} holds bytes that are not UTF-8 text`);
    const limit = MAX_LENGTH[column];
    if (limit !== undefined && Array.from(value).length > limit)
      this.fault('value_too_long', `${column} has more than ${limit} characters`);
    return value;
  }

  /** undefined when it is absent, '' when it is empty. */
  told(column: DirectoryColumn): string | undefined {
    return this.text(column) ?? (this.row.values[column] === undefined ? undefined : '');
  }

  required(column: DirectoryColumn): string | undefined {
    const value = this.text(column);
    if (value === undefined) this.fault('value_missing', `${column} is missing`);
    return value;
  }

  date(column: DirectoryColumn): CalendarDate | undefined {
    const value = this.text(column);
    const date = value === undefined ? undefined : parseCalendarDate(value);
    if (value !== undefined && !date) this.fault('value_invalid', `${column} ${value} is no date YYYY-MM-DD`);
    return date;
  }

  code(column: DirectoryColumn, value = this.text(column)): AgencyCode | undefined {
    const code = value === undefined ? undefined : parseAgencyCode(value);
    if (value !== undefined && !code) this.fault('value_invalid', `${column} ${value} cannot be a code`);
    return code;
  }

  /** Codes and when they were had, separated by semicolons. */
  heldCodes(column: DirectoryColumn): HeldCode[] {
    const items = this.text(column)?.split(';') ?? [];
    return items.flatMap((item) => {
      if (item.trim() === '') return [];
      const held = parseHeldCode(item);
      if (!held) this.fault('value_invalid', `${column} ${item.trim()} is not CODE or CODE since/until`);
      return held ?? [];
    });
  }
}
