import { Tag } from './tags';

const knownOids = new Map<string, string>();

/** Dotted form of an OBJECT IDENTIFIER's content octets, or undefined when malformed. */
export function decodeOid(content: Buffer): string | undefined {
  const key = content.toString('latin1');
  const known = knownOids.get(key);
  if (known !== undefined) return known;
  const arcs = decodeArcs(content);
  if (arcs === undefined) return undefined;
  // The field uses some hundred identifiers; the bound keeps hostile input from growing the table.
  if (knownOids.size < 512) knownOids.set(key, arcs);
  return arcs;
}

function decodeArcs(content: Buffer): string | undefined {
  if (content.length === 0 || content.length > 64 || (content[content.length - 1] ?? 0x80) & 0x80) return undefined;
  const arcs: bigint[] = [];
  let arc = 0n;
  let atStart = true;
  for (const octet of content) {
    if (atStart && octet === 0x80) return undefined; // X.690 §8.19.2: no leading zero
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    atStart = (octet & 0x80) === 0;
    if (!atStart) continue;
    if (arcs.length === 0) {
      const root = arc < 40n ? 0n : arc < 80n ? 1n : 2n;
      arcs.push(root, arc - root * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join('.');
}

const timePattern = /^(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,8}[1-9])?Z$/;

/** A time in Z; fractions of a second only in GeneralizedTime, without trailing zeros (RFC 3161 §2.4.2). */
export function decodeTime(tag: number, content: Buffer): Date | undefined {
  if (content.length > 32) return undefined;
  const match = timePattern.exec(content.toString('latin1'));
  if (!match) return undefined;
  const [, century, yy, month, day, hour, minute, second, fraction] = match;
  if ((century === undefined) !== (tag === Tag.UtcTime) || (fraction && tag === Tag.UtcTime)) return undefined;
  // RFC 5280 §4.1.2.5.1: two-digit years 50 to 99 are 19YY
  const year = Number(century === undefined ? `${Number(yy) >= 50 ? '19' : '20'}${yy ?? ''}` : `${century}${yy ?? ''}`);
  const millis = fraction ? Math.floor(Number(`0${fraction}`) * 1000) : 0;
  const date = new Date(0);
  date.setUTCFullYear(year, Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second), millis);
  // 31 February would roll over into March
  return date.getUTCDate() === Number(day) && date.getUTCMinutes() === Number(minute) && Number(second) < 60
    ? date
    : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const printable = /^[A-Za-z0-9 '()+,\-./:=?*@&_]*$/; // X.680 §41.4, and the four that are in wide use beyond it

/** The characters of a string type, or undefined when the octets are not of that type. */
export function decodeText(tag: number, content: Buffer): string | undefined {
  switch (tag) {
    case Tag.Utf8String:
      try {
        return utf8.decode(content);
      } catch {
        return undefined;
      }
    case Tag.PrintableString: {
      const text = content.toString('latin1');
      return printable.test(text) ? text : undefined;
    }
    case Tag.NumericString:
    case Tag.Ia5String:
    case Tag.VisibleString:
      return content.some((octet) => octet > 0x7f) ? undefined : content.toString('latin1');
    case Tag.TeletexString:
      // In practice Latin-1: nobody writes T.61 escapes.
      return content.toString('latin1');
    case Tag.BmpString:
      return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le') : undefined;
    case Tag.UniversalString:
      return decodeUniversal(content);
    default:
      return undefined;
  }
}

function decodeUniversal(content: Buffer): string | undefined {
  if (content.length % 4 !== 0) return undefined;
  let text = '';
  for (let at = 0; at < content.length; at += 4) {
    const point = content.readUInt32BE(at);
    if (point > 0x10ffff) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}
