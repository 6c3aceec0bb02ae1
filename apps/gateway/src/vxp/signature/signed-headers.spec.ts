import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '@axis/edoc';
import { isHashOf } from './hash-file';
import { SignedHeaders } from './signed-headers';
import { instantsOf } from './timestamp';

const SECRET = 'khóa bí mật';
const NOW = new Date('2026-11-22T03:15:30.250Z');
const TOLERANCE_MS = 300_000;

interface Call {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly text?: string;
  readonly names?: string;
  readonly hash?: string;
  readonly changed?: IncomingHttpHeaders;
}

const wire = (text: string): string => Buffer.from(text).toString('latin1');

/** A call as Node shows it: names in lower case, each byte a character. */
function call({ values, text, names, hash, changed }: Call = {}): IncomingHttpHeaders {
  const signed: Readonly<Record<string, unknown>> = values ?? {
    'XroadVnpt-systemid': 'dms-g22',
    'XroadVnpt-timestamp': '22112026T101530+0250',
    'XroadVnpt-Content-Type': 'application/json',
  };
  const json = text ?? JSON.stringify(signed);
  const headers = Object.entries(signed).map(([name, value]) => [name.toLowerCase(), wire(String(value))]);
  return {
    ...(Object.fromEntries(headers) as IncomingHttpHeaders),
    'xroadvnpt-sign-header': wire(json),
    'xroadvnpt-sign-header-key': names ?? Object.keys(signed).join(';'),
    'xroadvnpt-hash-header': hash ?? createHmac('sha256', SECRET).update(json).digest('hex'),
    ...changed,
  };
}

function detailOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.problem.params['detailEn'];
    throw error;
  }
  throw new Error('it was taken');
}

const check = (headers: IncomingHttpHeaders, secret = SECRET, now = NOW) =>
  SignedHeaders.read(headers).check(secret, now, TOLERANCE_MS);

describe('a signed call', () => {
  it('shows what was signed, whatever the case and prefix of its names', () => {
    const signed = SignedHeaders.read(call({ names: 'systemid;TIMESTAMP;XroadVnpt-content-type;' }));
    expect(signed.systemId).toBe('dms-g22');
    expect(signed.get('CONTENT-type')).toBe('application/json');
    expect(signed.get('from')).toBeUndefined();
    expect(detailOf(() => signed.require('docId'))).toBe('header docId is missing or not signed');
  });

  it('is taken with the hash in either case, and with a layout of the JSON of its own', () => {
    const text =
      '{ "XroadVnpt-systemid" : "dms-g22",\t"XroadVnpt-timestamp":"22112026T101530+0250",\n"XroadVnpt-Content-Type":"application\\/json"}';
    const hash = createHmac('sha256', SECRET).update(text).digest('hex');
    for (const one of [hash, hash.toUpperCase()]) expect(() => check(call({ text, hash: one }))).not.toThrow();
  });

  it('may hold text beyond ASCII', () => {
    const values = {
      'XroadVnpt-systemid': 'dms-g22',
      'XroadVnpt-timestamp': '22112026T101530+0250',
      'XroadVnpt-filePath': 'C:\\Văn bản đến\\a.edxml',
    };
    const headers = call({ values });
    expect(() => check(headers)).not.toThrow();
    expect(SignedHeaders.read(headers).get('filePath')).toBe('C:\\Văn bản đến\\a.edxml');
  });

  it.each<[string, IncomingHttpHeaders, string]>([
    [
      'no signature',
      call({ changed: { 'xroadvnpt-sign-header': undefined } }),
      'header XroadVnpt-sign-header is missing',
    ],
    ['no names', call({ changed: { 'xroadvnpt-sign-header-key': '' } }), 'header XroadVnpt-sign-header-key is missing'],
    ['no JSON', call({ text: '{"systemid"' }), 'sign-header is no JSON object'],
    ['JSON that is no object', call({ text: '["systemid"]' }), 'sign-header is no JSON object'],
    [
      'a value that is no text',
      call({ values: { 'XroadVnpt-systemid': 7 } }),
      'sign-header: XroadVnpt-systemid is no text of its own',
    ],
    [
      'a name twice',
      call({ text: '{"systemid":"a","XroadVnpt-systemid":"b"}' }),
      'sign-header: XroadVnpt-systemid is no text of its own',
    ],
    ['a hash that is none', call({ hash: 'abc' }), 'hash-header is not a HMAC-SHA256 in hexadecimal'],
    [
      'a name too few',
      call({ names: 'systemid;timestamp' }),
      'sign-header-key does not name the headers in sign-header',
    ],
    [
      'another name',
      call({ names: 'systemid;timestamp;from' }),
      'sign-header-key does not name the headers in sign-header',
    ],
    [
      'another value',
      call({ changed: { 'xroadvnpt-systemid': 'dms-h17' } }),
      'header systemid is not as it was signed',
    ],
    [
      'a header that did not come',
      call({ changed: { 'xroadvnpt-timestamp': undefined } }),
      'header timestamp is not as it was signed',
    ],
    [
      'no timestamp',
      call({ values: { 'XroadVnpt-systemid': 'dms-g22' } }),
      'header timestamp is missing or not signed',
    ],
    ['__proto__', call({ text: '{"__proto__":"x"}', names: '__proto__' }), 'header __proto__ is not as it was signed'],
  ])('is refused with %s', (_, headers, detail) => {
    expect(detailOf(() => SignedHeaders.read(headers))).toBe(detail);
  });

  it('is refused under another secret, and when a byte of its text differs', () => {
    const wrong = 'the HMAC is not that of sign-header under your secret';
    expect(detailOf(() => check(call(), 'another'))).toBe(wrong);
    const hash = call()['xroadvnpt-hash-header'] as string;
    const values = { 'XroadVnpt-systemid': 'dms-g22', 'XroadVnpt-timestamp': '22112026T101530+0251' };
    expect(detailOf(() => check(call({ values, hash })))).toBe(wrong);
  });

  it('is taken for as long as the clocks may differ, before and after', () => {
    const later = (ms: number) => new Date(NOW.getTime() + ms);
    // As UTC it could be taken hours later: until then it must not be taken again.
    expect(check(call())).toEqual(new Date('2026-11-22T10:20:30.250Z'));
    expect(() => check(call(), SECRET, later(TOLERANCE_MS))).not.toThrow();
    expect(() => check(call(), SECRET, later(-TOLERANCE_MS))).not.toThrow();
    for (const ms of [TOLERANCE_MS + 1, -TOLERANCE_MS - 1]) {
      expect(detailOf(() => check(call(), SECRET, later(ms)))).toMatch(
        /^timestamp 22112026T101530\+0250 is no time near/,
      );
    }
  });
});

describe('a timestamp', () => {
  const read = (text: string) => instantsOf(text).map((instant) => new Date(instant).toISOString());

  it.each([
    // 250 ms of a clock in Vietnam or UTC; +02:50 of none.
    ['22112026T101530+0250', ['2026-11-22T03:15:30.250Z', '2026-11-22T10:15:30.250Z', '2026-11-22T07:25:30.000Z']],
    ['22112026T101530+0999', ['2026-11-22T03:15:30.999Z', '2026-11-22T10:15:30.999Z']],
    ['22112026T101530+0700', ['2026-11-22T03:15:30.700Z', '2026-11-22T10:15:30.700Z', '2026-11-22T03:15:30.000Z']],
    ['22112026T031530+0000', ['2026-11-21T20:15:30.000Z', '2026-11-22T03:15:30.000Z', '2026-11-22T03:15:30.000Z']],
    ['22112026T141530+1100', ['2026-11-22T03:15:30.000Z']],
    ['22112026T001530-0300', ['2026-11-22T03:15:30.000Z']],
  ])('%s may mean %j', (text, instants) => {
    expect(read(text)).toEqual(instants);
  });

  it.each([
    '',
    '22112026T101530',
    '20261122T101530+0250',
    '30022026T101530+0250',
    '22112026T251530+0250',
    '22112026T101530+9999',
    '22112026 101530+0250',
  ])('%j means none', (text) => {
    expect(read(text)).toEqual([]);
  });
});

describe('hash-file', () => {
  const bytes = Buffer.from('một văn bản');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const asTheSdk = [...createHash('sha256').update(bytes).digest()].map((byte) => byte.toString(16)).join('');

  it('is taken with and without the leading zeros of its bytes, in either case', () => {
    expect(asTheSdk).not.toBe(sha256);
    for (const one of [sha256, asTheSdk, sha256.toUpperCase(), asTheSdk.toUpperCase()])
      expect(isHashOf(one, sha256)).toBe(true);
  });

  it('is not taken when it is of another file', () => {
    expect(isHashOf('', sha256)).toBe(false);
    expect(isHashOf(asTheSdk.slice(1), sha256)).toBe(false);
    expect(isHashOf('00ff', '000ff0')).toBe(false);
    expect(isHashOf('0ff0', '000ff0')).toBe(true);
  });
});
