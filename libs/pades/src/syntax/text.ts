import { PdfString } from './values';

/** A text string (ISO 32000-2 §7.9.2.2): ASCII as it is, anything else as UTF-16BE with its mark. */
export function textString(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return new PdfString(Buffer.from(text, 'latin1'));
  return new PdfString(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]), true);
}

/** What a text string says. Bytes of PDFDocEncoding outside ASCII are read as Latin-1, which agrees with it for letters. */
export function readText(string: PdfString): string {
  const { bytes } = string;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString('utf16le');
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  return bytes.toString('latin1');
}

/** ISO 32000-2 §7.9.4, in UTC: `D:20260630083000Z`. */
export function dateString(date: Date): PdfString {
  return new PdfString(Buffer.from(`D:${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`, 'latin1'));
}

/** The moment a date string names; undefined when it is none. A missing zone is read as UTC. */
export function readDate(string: PdfString): Date | undefined {
  const match = /^D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:Z|([+-])(\d{2})'?(\d{2})?'?)?/.exec(
    readText(string),
  );
  if (!match) return undefined;
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    sign,
    zoneHours = '00',
    zoneMinutes = '00',
  ] = match;
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  const time = sign === '-' ? utc + zone : sign === '+' ? utc - zone : utc;
  return Number.isNaN(time) ? undefined : new Date(time);
}
