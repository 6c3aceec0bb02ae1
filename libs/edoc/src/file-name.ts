/** The longest file name most file systems hold, in bytes of UTF-8. */
const MAX_BYTES = 255;

/** Control, format (direction overrides, zero width), private and lone surrogate characters: never part of a name. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** What Windows forbids in a name. */
const FORBIDDEN = /[<>:"|?*]/g;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

const characters = new Intl.Segmenter('vi', { granularity: 'grapheme' });

/**
 * A sender's file name as it may be shown and saved anywhere: no path, nothing unprintable, NFC, at most 255 bytes of
 * UTF-8 with its extension kept and no character cut. undefined when nothing is left of it.
 */
export function presentFileName(given: string): string | undefined {
  const base = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const printable = base.replace(UNPRINTABLE, '').replace(FORBIDDEN, '_').replace(/\s+/gu, ' ');
  const name = printable.replace(/^ +|[ .]+$/g, '');
  if (/^[._ ]*$/.test(name)) return undefined;
  return shorten(RESERVED.test(name) ? `_${name}` : name);
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const extension = /\.[^. ]{1,16}$/u.exec(name)?.[0] ?? '';
  const room = MAX_BYTES - Buffer.byteLength(extension);
  let kept = '';
  let bytes = 0;
  for (const { segment } of characters.segment(name.slice(0, name.length - extension.length))) {
    bytes += Buffer.byteLength(segment);
    if (bytes > room) break;
    kept += segment;
  }
  return kept.trimEnd() + extension;
}
