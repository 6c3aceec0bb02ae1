import { PdfRef, PdfStream, type PdfValue } from '../syntax';
import { decodeContent } from '../text/content';
import type { Comparison } from './comparison';

/** What software notes about itself when it saves a file: dates, its name, and identifiers of the save. */
const NOTES =
  /^(ModifyDate|MetadataDate|Producer|CreatorTool|InstanceID|xmptk|history|when|changed|action|softwareAgent|parameters|about|parseType)$/i;

/**
 * Whether the XMP of the catalogue says the same as before but for such notes: a new title or author is a new content.
 */
export function sameMetadata(
  { before, after }: Comparison,
  old: PdfValue | undefined,
  now: PdfValue | undefined,
): boolean {
  const [earlier, later] = [before.resolve(old), after.resolve(now)];
  if (!(now instanceof PdfRef) || !(later instanceof PdfStream) || !isMetadata(later)) return false;
  if (!(earlier instanceof PdfStream) || !isMetadata(earlier)) return false;
  const [said, says] = [statements(decodeContent(before, earlier)), statements(decodeContent(after, later))];
  return said.size === says.size && [...said].every((statement) => says.has(statement));
}

function isMetadata({ dict }: PdfStream): boolean {
  return dict.name('Type') === 'Metadata' && dict.name('Subtype') === 'XML';
}

/** `name=value` of every attribute and every element that holds text, whatever prefixes and order are used. */
function statements(xmp: Buffer): ReadonlySet<string> {
  const found = new Set<string>();
  const text = xmp.toString('utf8').replace(/<\?[^]*?\?>/g, '');
  const add = (name: string, value: string): void => {
    if (!NOTES.test(name) && value.trim() !== '') found.add(`${name}=${value.trim()}`);
  };
  for (const [, name = '', value = ''] of text.matchAll(/<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<]+)</g))
    add(name, value);
  for (const [, prefix = '', name = '', value = ''] of text.matchAll(/\s([\w.-]+:)?([\w.-]+)\s*=\s*"([^"]*)"/g)) {
    if (prefix !== 'xmlns:' && name !== 'xmlns') add(name, value);
  }
  return found;
}
