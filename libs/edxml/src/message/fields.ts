import { type AgencyCode, type CalendarDate, parseAgencyCode } from '@axis/edoc';
import type { Findings } from '../findings';
import type { XmlElement } from '../xml/tree';
import { readDate, readStamp } from './dates';
import { MAX_LENGTHS, MAX_PLACE_LENGTHS, type Organ, type ResponseFor, type StaffInfo } from './message';

/** Reads the fields of one element by name; what is missing or odd goes to the findings. */
export class Fields {
  constructor(
    readonly element: XmlElement,
    private readonly findings: Findings,
  ) {}

  within(local: string): Fields | undefined {
    const child = this.element.first(local);
    return child && new Fields(child, this.findings);
  }

  each(...path: readonly string[]): Fields[] {
    const last = path.at(-1) ?? '';
    const holder = this.element.descend(...path.slice(0, -1));
    return (holder?.all(last) ?? []).map((element) => new Fields(element, this.findings));
  }

  /** undefined when it is not there or empty. */
  text(local: string): string | undefined {
    const found = this.element.all(local);
    const [first] = found;
    if (!first || first.text === '') return undefined;
    if (found.length > 1) this.findings.warn('element.repeated', first, `${local} stands ${found.length} times`);
    return this.measured(first);
  }

  ownText(): string | undefined {
    return this.element.text === '' ? undefined : this.measured(this.element);
  }

  required(local: string): string | undefined {
    const text = this.text(local);
    if (text === undefined) {
      const element = this.element.first(local);
      if (element) this.findings.error('value.missing', element, `${local} is empty`);
      else this.findings.error('element.missing', this.element, `${local} is missing`);
    }
    return text;
  }

  /** A number of things, 0 or more. */
  count(local: string): number | undefined {
    const text = this.text(local);
    if (text === undefined) return undefined;
    if (/^\d{1,9}$/.test(text)) return Number(text);
    this.unusual(local, text);
    return undefined;
  }

  /** One of a few numbers. */
  choice<Choice extends number>(local: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(local);
    if (text === undefined) return undefined;
    const choice = choices.find((known) => String(known) === text);
    if (choice === undefined) this.unusual(local, text);
    return choice;
  }

  /** A date the message can do without: what cannot be read is left out, with a warning. */
  optionalDate(local: string): CalendarDate | undefined {
    const text = this.text(local);
    const element = this.element.first(local);
    if (text === undefined || !element) return undefined;
    const read = readDate(text);
    if (read.kind !== 'date') this.findings.warn('date.impossible', element, `${local} ${text} is ${read.kind}`);
    else if (!read.standard) this.findings.warn('date.form', element, `${local} ${text} is not written yyyy/MM/dd`);
    return read.kind === 'date' ? read.date : undefined;
  }

  requiredDate(local: string): CalendarDate | undefined {
    const text = this.required(local);
    const element = this.element.first(local);
    if (text === undefined || !element) return undefined;
    const read = readDate(text);
    if (read.kind === 'date') {
      if (!read.standard) this.findings.warn('date.form', element, `${local} ${text} is not written yyyy/MM/dd`);
      return read.date;
    }
    if (read.kind === 'ambiguous')
      this.findings.error('date.ambiguous', element, `${local} ${text} could be read in two ways; yyyy/MM/dd cannot`);
    else this.findings.error('date.invalid', element, `${local} ${text} is ${read.kind}`);
    return undefined;
  }

  stamp(local: string): Date | undefined {
    const text = this.text(local);
    const element = this.element.first(local);
    if (text === undefined || !element) return undefined;
    const read = readStamp(text);
    if (!read) this.findings.warn('date.impossible', element, `${local} ${text} is no time`);
    else if (!read.standard)
      this.findings.warn('date.form', element, `${local} ${text} is not written yyyy/MM/dd HH:mm:ss`);
    return read?.time;
  }

  /** An agency's code that may be left out, or written as the text `null`. */
  optionalCode(local = 'OrganId'): AgencyCode | undefined {
    const text = this.text(local);
    if (text === undefined || text === 'null') {
      this.findings.warn('organ_id.empty', this.element.first(local) ?? this.element, `${local} is empty`);
      return undefined;
    }
    const code = parseAgencyCode(text);
    if (!code) this.unusual(local, text);
    return code;
  }

  organ(): Organ | undefined {
    const text = this.required('OrganId');
    const organId = text === undefined || text === 'null' ? undefined : parseAgencyCode(text);
    if (text !== undefined && !organId)
      this.findings.error(
        'value.invalid',
        this.element.first('OrganId') ?? this.element,
        `OrganId ${text} cannot be a code`,
      );
    const organName = this.text('OrganName');
    if (organName === undefined) this.findings.warn('organ_name.missing', this.element, 'OrganName is missing');
    return (
      organId && {
        organId,
        organizationInCharge: this.text('OrganizationInCharge'),
        organName,
        organAdd: this.text('OrganAdd'),
        email: this.text('Email'),
        telephone: this.text('Telephone'),
        fax: this.text('Fax'),
        website: this.text('Website'),
      }
    );
  }

  staff(): StaffInfo {
    return {
      department: this.text('Department'),
      staff: this.text('Staff'),
      mobile: this.text('Mobile'),
      email: this.text('Email'),
    };
  }

  responseFor(): ResponseFor {
    return {
      organId: this.optionalCode(),
      code: this.text('Code'),
      promulgationDate: this.optionalDate('PromulgationDate'),
      documentId: this.text('DocumentId'),
    };
  }

  private unusual(local: string, text: string): void {
    this.findings.warn('value.unusual', this.element.first(local) ?? this.element, `${local} ${text} is not known`);
  }

  private measured(element: XmlElement): string {
    const { local, text } = element;
    const limit =
      local === 'Place'
        ? MAX_PLACE_LENGTHS[this.element.local === 'PromulgationInfo' ? 'PromulgationInfo' : 'ToPlaces']
        : MAX_LENGTHS[local];
    if (limit !== undefined && text.length > limit && Array.from(text).length > limit)
      this.findings.warn('value.too_long', element, `${local} has over ${limit} characters`);
    return text;
  }
}
