import { PkiError } from '../errors';
import { DerReader, Tag, der } from '.';
import { berToDer } from './ber-to-der';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');
const malformed = expect.objectContaining({ code: 'DER_MALFORMED' }) as PkiError;
const only = (text: string) => {
  const reader = DerReader.of(hex(text));
  const element = reader.next();
  reader.finish();
  return element;
};

describe('DER is read strictly', () => {
  it.each([
    ['an indefinite length', '3080 0000', (text: string) => only(text)],
    ['a length longer than it need be', '0481 01 00', (text: string) => only(text)],
    ['a length with a leading zero', `0482 0080 ${'00'.repeat(128)}`, (text: string) => only(text)],
    ['a length beyond the end', '0405 00', (text: string) => only(text)],
    ['a tag above 30', '1f81 00', (text: string) => only(text)],
    ['octets left over', '0500 00', (text: string) => only(text)],
    ['nothing', '', (text: string) => only(text)],
    ['a boolean other than 00 and FF', '0101 01', (text: string) => only(text).boolean()],
    ['an integer with a needless zero', '0202 0001', (text: string) => only(text).integer()],
    ['an integer with needless ones', '0202 ff80', (text: string) => only(text).integer()],
    ['an integer without octets', '0200', (text: string) => only(text).integer()],
    ['a bit string with dirty unused bits', '0302 0401', (text: string) => only(text).bitNumbers()],
    ['a bit string with 8 unused bits', '0302 0800', (text: string) => only(text).bitNumbers()],
    ['a key that ends inside an octet', '0302 0180', (text: string) => only(text).bitOctets()],
    ['an identifier that ends early', '0602 5581', (text: string) => only(text).oid()],
    ['an identifier with a padded arc', '0603 558001', (text: string) => only(text).oid()],
    ['text that is not UTF-8', '0c02 c328', (text: string) => only(text).text()],
    ['a printable string that is not', '1301 00', (text: string) => only(text).text()],
    ['a time without Z', '170c 323031313231323130303030', (text: string) => only(text).time()],
    ['31 February', `170d ${Buffer.from('200231000000Z').toString('hex')}`, (text: string) => only(text).time()],
    ['a second 60', `170d ${Buffer.from('200201000060Z').toString('hex')}`, (text: string) => only(text).time()],
  ])('%s is refused', (_, text, read) => {
    expect(() => read(text)).toThrow(malformed);
  });
});

describe('what is written is read back', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])('an octet string of %i', (length) => {
    const bytes = Buffer.alloc(length, 7);
    expect(DerReader.only(der.octetString(bytes), Tag.OctetString).content).toEqual(bytes);
  });

  it.each([0n, 1n, 127n, 128n, 255n, 256n, 2n ** 64n, 2n ** 160n - 1n])('the integer %s', (value) => {
    expect(DerReader.only(der.integer(value), Tag.Integer).bigInteger()).toBe(value);
  });

  it('negative integers', () => {
    expect(only('0201 80').integer()).toBe(-128);
    expect(only('0202 ff7f').bigInteger()).toBe(-129n);
  });

  it.each(['0.0', '1.2.840.113549.1.1.11', '2.5.29.32.0', '2.999.3', '2.25.329800735698586629295641978511506172918'])(
    'the identifier %s',
    (oid) => {
      expect(DerReader.only(der.oid(oid), Tag.Oid).oid()).toBe(oid);
    },
  );

  it('times on both sides of 1950 and 2050', () => {
    for (const text of [
      '1949-12-31T23:59:59Z',
      '1950-01-01T00:00:00Z',
      '2049-12-31T23:59:59Z',
      '2050-01-01T00:00:00Z',
    ]) {
      const encoded = der.time(new Date(text));
      expect(DerReader.only(encoded, encoded[0] ?? 0).time()).toEqual(new Date(text));
    }
  });

  it('named bits', () => {
    expect(DerReader.only(der.namedBits([0, 8]), Tag.BitString).bitNumbers()).toEqual(new Set([0, 8]));
    expect(der.namedBits([5, 6])).toEqual(hex('0302 0106'));
    expect(der.namedBits([])).toEqual(hex('0301 00'));
  });

  it('sets in their canonical order', () => {
    expect(der.setOf(hex('0201 02'), hex('0201 01'))).toEqual(hex('3106 020101 020102'));
  });
});

describe('BER becomes DER', () => {
  it('where lengths are indefinite and strings in pieces', () => {
    expect(berToDer(hex('3080 2480 0402 0102 0401 03 0000 0000'))).toEqual(hex('3005 0403 010203'));
    expect(berToDer(hex('3081 03 0201 05'))).toEqual(hex('3003 0201 05'));
  });

  it('and is refused when it does not end, or nests without end', () => {
    for (const text of ['3080', '3080 0201 05', '0480 0000', '30 80'.repeat(100), '3003 0201']) {
      expect(() => berToDer(hex(text))).toThrow(malformed);
    }
  });
});
