import { DOCUMENT_KINDS, parseDocumentKind } from './kinds';

const ABBREVIATIONS = 'NQ QĐ CT QC QyĐ TC TB HD CTr KH PA ĐA DA BC BB TTr HĐ CĐ BGN BTT GUQ GM GGT GNP PG PC PB'.split(
  ' ',
);

describe('the kinds of document of NĐ 30/2020/NĐ-CP', () => {
  it('are 29, of which công văn and thư công have no abbreviation', () => {
    const kinds = Object.values(DOCUMENT_KINDS);
    expect(kinds).toHaveLength(29);
    expect(kinds.map((kind) => kind.abbreviation).filter(Boolean)).toEqual(ABBREVIATIONS);
    expect(kinds.filter((kind) => !kind.abbreviation).map((kind) => kind.name)).toEqual(['Công văn', 'Thư công']);
  });

  it('are read by key, abbreviation and name, composed or not', () => {
    for (const [key, { abbreviation, name }] of Object.entries(DOCUMENT_KINDS)) {
      for (const text of [key, name, name.toUpperCase(), name.normalize('NFD'), abbreviation ?? key])
        expect(parseDocumentKind(` ${text} `)).toBe(key);
    }
  });

  it('are not confused where only a stroke or a case differs', () => {
    expect(parseDocumentKind('HD')).toBe('huong-dan');
    expect(parseDocumentKind('HĐ')).toBe('hop-dong');
    expect(parseDocumentKind('DA')).toBe('du-an');
    expect(parseDocumentKind('ĐA')).toBe('de-an');
    expect(parseDocumentKind('hđ')).toBeUndefined();
  });

  it('are nothing else', () => {
    for (const text of ['', 'XYZ', 'toString', 'Quyết', '29']) expect(parseDocumentKind(text)).toBeUndefined();
  });
});
