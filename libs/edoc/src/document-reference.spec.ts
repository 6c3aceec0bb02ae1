import { faultsOfNumber, formatNumber, formatReference, parseReference } from './document-reference';

describe('a document reference', () => {
  it('is read and written the same', () => {
    const text = 'G12.18,2020/10/30,7816/VPCP-TTĐT';
    const parsed = parseReference(text);
    expect(parsed).toEqual({
      kind: 'reference',
      reference: { organId: 'G12.18', date: '2020-10-30', number: '7816', notation: 'VPCP-TTĐT' },
    });
    expect(parsed.kind === 'reference' && formatReference(parsed.reference)).toBe(text);
  });

  it('keeps every slash after the first in the notation', () => {
    expect(parseReference('000.00.00.G22,2020/3/5,30/2020/NĐ-CP')).toMatchObject({
      reference: { date: '2020-03-05', number: '30', notation: '2020/NĐ-CP' },
    });
  });

  it('is the same in decomposed Unicode', () => {
    const text = 'H17,2020/10/30,1/QĐ-UBND Đà Nẵng';
    expect(parseReference(text.normalize('NFD'))).toEqual(parseReference(text));
  });

  it('may be a UUID', () => {
    expect(parseReference('{7D2C0F0A-38D5-4C0E-9C1B-8F3C4E0B7A11}')).toEqual({
      kind: 'uuid',
      uuid: '7d2c0f0a-38d5-4c0e-9c1b-8f3c4e0b7a11',
    });
  });

  it('may be of a day that never was', () => {
    expect(parseReference('G12,2014/02/30,1/A-B')).toEqual({
      kind: 'impossible_date',
      organId: 'G12',
      dateText: '2014/02/30',
      code: { number: '1', notation: 'A-B' },
    });
  });

  it.each(['', 'G12', 'G12,2014/02/20', 'G12,20/02/2014,1/A', ',2014/02/20,1/A', 'G12,2014/02/20,1', 'null'])(
    'is not %j',
    (text) => {
      expect(parseReference(text)).toEqual({ kind: 'malformed' });
    },
  );
});

describe('number and notation', () => {
  it('join by a slash', () => {
    expect(formatNumber({ number: '7816', notation: 'VPCP-TTĐT' })).toBe('7816/VPCP-TTĐT');
    expect(formatNumber({ number: '7816', notation: '' })).toBe('7816');
  });

  it('have lengths counted in characters, not in code units or by composition', () => {
    const longest = { number: '1'.repeat(11), notation: 'Đ'.repeat(30) };
    expect(faultsOfNumber(longest)).toEqual([]);
    expect(faultsOfNumber({ number: '1', notation: 'Ề'.repeat(30).normalize('NFD') })).toEqual([]);
    expect(faultsOfNumber({ number: '1'.repeat(12), notation: 'Đ'.repeat(31) })).toEqual([
      'number_too_long',
      'notation_too_long',
    ]);
  });

  it('are both there, and a number has no separators', () => {
    expect(faultsOfNumber({ number: ' ', notation: '' })).toEqual(['number_missing', 'notation_missing']);
    expect(faultsOfNumber({ number: '1/2', notation: 'A' })).toEqual(['number_has_separator']);
    expect(faultsOfNumber({ number: '1,2', notation: 'A' })).toEqual(['number_has_separator']);
  });
});
