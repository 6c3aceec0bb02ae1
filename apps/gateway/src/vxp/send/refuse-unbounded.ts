import { refusal } from '@axis/edoc';
import type { EdxmlMessage } from '@axis/edxml';

/** Characters of any one text. QCVN 102 allows less where it says; what is a little longer is taken with a warning. */
const LONGEST = 4_000;
/** What documents are found by; as long as REST v1 takes it. */
const LONGEST_NAME = 300;
/** Of anything a message may hold many of, but for addressees, which have a limit of their own. */
const MOST = 2_000;

const NAMES: readonly string[] = ['documentId', 'code', 'organId'];

/**
 * Where the standard sets no limit, one is set: all of it is kept with the document, and some of it in indexes and receipts.
 * @throws Refusal `edxml.invalid`
 */
export function refuseUnbounded(message: EdxmlMessage): void {
  const fault = faultIn(message, '');
  if (fault !== undefined) throw refusal('edxml.invalid', { detail: fault });
}

function faultIn(value: unknown, name: string): string | undefined {
  if (typeof value === 'string') {
    const limit = NAMES.includes(name) ? LONGEST_NAME : LONGEST;
    return value.length > limit ? `value.too_long (${name}): over ${limit} characters` : undefined;
  }
  if (Array.isArray(value)) {
    if (value.length > MOST && name !== 'to') return `value.too_many (${name}): over ${MOST}`;
    return firstOf(value.map((one) => [name, one] as const));
  }
  return typeof value === 'object' && value !== null ? firstOf(Object.entries(value)) : undefined;
}

function firstOf(values: readonly (readonly [name: string, value: unknown])[]): string | undefined {
  for (const [name, value] of values) {
    const fault = faultIn(value, name);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
