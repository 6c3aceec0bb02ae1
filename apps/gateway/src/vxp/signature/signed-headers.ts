import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refusal } from '@axis/edoc';
import { instantsOf } from './timestamp';

const PREFIX = 'xroadvnpt-';

/**
 * The headers of one call as its system signed them, by their SDK names in lower case, without prefix. What was not signed is not
 * among them.
 */
export class SignedHeaders {
  private constructor(
    private readonly values: ReadonlyMap<string, string>,
    /** The JSON text that was signed, byte by byte. */
    private readonly text: Buffer,
    /** Its HMAC-SHA256 as given. */
    readonly hash: Buffer,
  ) {}

  /**
   * Reads what a call says it signed; who signed it is not known yet.
   * @throws Refusal `signature.header_invalid` when the three headers of the signature do not agree with one another or the others
   */
  static read(headers: IncomingHttpHeaders): SignedHeaders {
    const text = bytesOf(headers, 'sign-header');
    const names = namesIn(bytesOf(headers, 'sign-header-key').toString());
    const values = readJson(text.toString());
    const hash = bytesOf(headers, 'hash-header').toString();
    if (!/^[0-9a-f]{64}$/i.test(hash)) {
      throw invalid('hash-header is not a HMAC-SHA256 in hexadecimal', 'hash-header không phải HMAC-SHA256 dạng hex');
    }
    if (names.length !== values.size || names.some((name) => !values.has(name))) {
      throw invalid(
        'sign-header-key does not name the headers in sign-header',
        'sign-header-key không khớp với các tiêu đề trong sign-header',
      );
    }
    for (const [name, value] of values) {
      const sent = headers[PREFIX + name];
      // White space around a value is lost on the way (RFC 9110 §5.5).
      if (typeof sent !== 'string' || decode(sent) !== value.trim()) {
        throw invalid(`header ${name} is not as it was signed`, `tiêu đề ${name} khác với giá trị đã ký`);
      }
    }
    const signed = new SignedHeaders(values, text, Buffer.from(hash, 'hex'));
    signed.require('systemid');
    signed.require('timestamp');
    return signed;
  }

  get systemId(): string {
    return this.require('systemid');
  }

  get(name: string): string | undefined {
    return this.values.get(name.toLowerCase());
  }

  /** @throws Refusal `signature.header_invalid` when it was not signed */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined || value === '') {
      throw invalid(`header ${name} is missing or not signed`, `thiếu tiêu đề ${name} hoặc tiêu đề này chưa được ký`);
    }
    return value;
  }

  /**
   * Checks who signed it, and when.
   * @returns until when it could be taken: a copy that comes later is stale by itself
   * @throws Refusal `signature.header_invalid`
   */
  check(secret: string, now: Date, toleranceMs: number): Date {
    const expected = createHmac('sha256', secret).update(this.text).digest();
    if (!timingSafeEqual(expected, this.hash)) {
      throw invalid(
        'the HMAC is not that of sign-header under your secret',
        'mã HMAC không đúng với khóa của hệ thống',
      );
    }
    const timestamp = this.require('timestamp');
    const instants = instantsOf(timestamp);
    if (!instants.some((instant) => Math.abs(instant - now.getTime()) <= toleranceMs)) {
      throw invalid(
        `timestamp ${timestamp} is no time near ${now.toISOString()}`,
        `thời điểm ${timestamp} lệch quá xa giờ của Trục (${now.toISOString()})`,
      );
    }
    return new Date(Math.max(...instants) + toleranceMs);
  }
}

/** Names may come with the prefix they travel under or without it. */
function bare(name: string): string {
  const lower = name.trim().toLowerCase();
  return lower.startsWith(PREFIX) ? lower.slice(PREFIX.length) : lower;
}

function namesIn(list: string): string[] {
  const names = list.split(';').map(bare);
  return [...new Set(names.filter((name) => name !== ''))];
}

function readJson(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(parseObject(text))) {
    if (typeof value !== 'string' || values.has(bare(name))) {
      throw invalid(`sign-header: ${name} is no text of its own`, `sign-header: giá trị của ${name} không hợp lệ`);
    }
    values.set(bare(name), value);
  }
  return values;
}

function parseObject(text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Told below, as what is JSON and no object is.
  }
  throw invalid('sign-header is no JSON object', 'sign-header không phải đối tượng JSON');
}

/** A header of the signature itself, as bytes: Node reads each as one character (RFC 9110 §5.5). */
function bytesOf(headers: IncomingHttpHeaders, name: string): Buffer {
  const value = headers[PREFIX + name];
  if (typeof value !== 'string' || value === '') {
    throw invalid(`header XroadVnpt-${name} is missing`, `thiếu tiêu đề XroadVnpt-${name}`);
  }
  return Buffer.from(value, 'latin1');
}

const decode = (header: string): string => Buffer.from(header, 'latin1').toString();

const invalid = (detailEn: string, detailVi: string): Refusal =>
  refusal('signature.header_invalid', { detailEn, detailVi });
