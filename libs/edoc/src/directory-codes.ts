import { type AgencyCode, generationOf, parentCodeOf, parseAgencyCode } from './agency-code';
import { type CalendarDate, parseCalendarDate } from './vietnam-time';

/** A code of an agency. It has it still when `until` is undefined; since when may be unknown. */
export interface HeldCode {
  readonly code: AgencyCode;
  readonly since: CalendarDate | undefined;
  readonly until: CalendarDate | undefined;
}

/**
 * Reads `CODE`, or `CODE 2016-01-01/2025-02-28` with either day left out: a code and from when to when it was had (an
 * interval of ISO 8601). No code holds white space or a slash.
 */
export function parseHeldCode(text: string): HeldCode | undefined {
  const [codeText = '', interval = '/', ...rest] = text.trim().split(/\s+/);
  const code = parseAgencyCode(codeText);
  const [sinceText = '', untilText, ...more] = interval.split('/');
  if (!code || untilText === undefined || rest.length > 0 || more.length > 0) return undefined;
  const since = parseCalendarDate(sinceText);
  const until = parseCalendarDate(untilText);
  if ((sinceText !== '' && !since) || (untilText !== '' && !until) || (since && until && until < since))
    return undefined;
  return { code, since, until };
}

type Held = { readonly code: AgencyCode } & Readonly<Record<'since' | 'until', CalendarDate | null | undefined>>;

/** As `parseHeldCode` reads it. */
export function heldCodeText({ code, since, until }: Held): string {
  return since || until ? `${code} ${since ?? ''}/${until ?? ''}` : code;
}

/** The registration number of an enterprise's branch: the enterprise's own (QĐ 20/2020/QĐ-TTg), and three digits. */
const BRANCH_NUMBER = /^(\d{10})-\d{3}$/;

/** The codes that lie above one by its form, the nearest first; those without levels go by their dots. */
export function codesAbove(code: AgencyCode): readonly AgencyCode[] {
  const above: AgencyCode[] = [];
  for (let next = upwards(code); next; next = upwards(next)) above.push(next);
  return above;
}

function upwards(code: AgencyCode): AgencyCode | undefined {
  const [, enterprise] = BRANCH_NUMBER.exec(code) ?? [];
  if (enterprise !== undefined) return enterprise as AgencyCode;
  if (generationOf(code) !== 'other') return parentCodeOf(code);
  const dot = code.lastIndexOf('.');
  return dot > 0 ? (code.slice(0, dot) as AgencyCode) : undefined;
}

/** What may be handed out as a code: of the length of OrganId, and nothing that looks like another code. */
const ASSIGNABLE = /^[0-9A-Za-z][0-9A-Za-z._-]{0,34}$/;

/**
 * May somebody who is in charge of the agencies with these codes give this one to an agency below them? So that nobody
 * takes a code under which others would look for somebody else. An enterprise's registration number lies below none: an
 * administrator brings it in.
 */
export function mayAssign(code: AgencyCode, lineage: ReadonlySet<AgencyCode>): boolean {
  return ASSIGNABLE.test(code) && codesAbove(code).some((above) => lineage.has(above));
}
