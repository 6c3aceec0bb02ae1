/** White space of XML 1.0 §2.3; not that of Unicode. */
export const SPACE = '[ \\t\\r\\n]';

const NAME_START =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';

/** XML 1.0 §2.3, production Name. */
export const NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}]*`;

/* eslint-disable no-control-regex -- control characters are what is looked for */
/** What no XML text may hold, not even by reference (XML 1.0 §2.2, production Char). */
const FORBIDDEN =
  /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** A cheap first look: most text has nothing that needs a second one. Decoded UTF-8 holds no lone surrogates. */
const UNUSUAL = /[\0-\x08\x0B-\x1F&\]\uFFFE\uFFFF]/;
/* eslint-enable no-control-regex */

const REFERENCE = '&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([^;&\\s]*));?';
const LINE_END_OR_REFERENCE = new RegExp(`\\r\\n?|${REFERENCE}`, 'g');
const SPACE_OR_REFERENCE = new RegExp(`\\r\\n|[\\t\\r\\n]|${REFERENCE}`, 'g');
const PREDEFINED: Readonly<Partial<Record<string, string>>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export type Expanded =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'forbidden'; readonly index: number }
  | { readonly kind: 'entity'; readonly index: number; readonly name: string };

/** Text as written to text as meant: line ends and references replaced (XML 1.0 §2.11, §4.1, §4.6). */
export function expand(written: string): Expanded {
  if (!UNUSUAL.test(written)) return { kind: 'text', text: written };
  const forbidden = FORBIDDEN.exec(written)?.index ?? written.indexOf(']]>');
  if (forbidden >= 0) return { kind: 'forbidden', index: forbidden };
  return replaceAll(written, LINE_END_OR_REFERENCE, '\n');
}

/** In an attribute white space is a space, unless it was written as a reference (XML 1.0 §3.3.3). */
export function expandAttribute(written: string): Expanded {
  if (!/[\t\r\n&]/.test(written) && !UNUSUAL.test(written)) return { kind: 'text', text: written };
  const forbidden = FORBIDDEN.exec(written)?.index ?? -1;
  if (forbidden >= 0) return { kind: 'forbidden', index: forbidden };
  return replaceAll(written, SPACE_OR_REFERENCE, ' ');
}

/** CDATA knows no references (XML 1.0 §2.7). */
export function expandCData(written: string): Expanded {
  const forbidden = FORBIDDEN.exec(written)?.index ?? -1;
  return forbidden >= 0
    ? { kind: 'forbidden', index: forbidden }
    : { kind: 'text', text: written.replace(/\r\n?/g, '\n') };
}

function replaceAll(written: string, pattern: RegExp, space: '\n' | ' '): Expanded {
  let fault: Expanded | undefined;
  const expanded = written.replace(
    pattern,
    (match: string, hex: string | undefined, decimal: string | undefined, name: string | undefined, index: number) => {
      if (!match.startsWith('&')) return space;
      const code = hex !== undefined ? parseInt(hex, 16) : decimal !== undefined ? parseInt(decimal, 10) : undefined;
      const meant = code === undefined ? PREDEFINED[name ?? ''] : code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
      if (!match.endsWith(';') || meant === undefined) fault ??= { kind: 'entity', index, name: match.slice(0, 12) };
      else if (FORBIDDEN.test(meant)) fault ??= { kind: 'forbidden', index };
      return meant ?? '';
    },
  );
  return fault ?? { kind: 'text', text: expanded };
}
