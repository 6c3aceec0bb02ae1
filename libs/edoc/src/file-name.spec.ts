import { presentFileName } from './file-name';

describe('a file name', () => {
  it.each([
    ['công văn 7816.pdf', 'công văn 7816.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\Windows\\hosts', 'hosts'],
    ['C:\\Hồ sơ\\Tờ trình.pdf', 'Tờ trình.pdf'],
    ['/tmp/a.pdf', 'a.pdf'],
    ['a\u0000b\u0007\nc\u007f.pdf', 'abc.pdf'],
    ['\u202efdp.exe', 'fdp.exe'],
    ['Tờ\u00a0trình\t1.pdf', 'Tờ trình1.pdf'],
    ['a<b>:"c|d?*.pdf', 'a_b___c_d__.pdf'],
    ['  .hidden. . ', '.hidden'],
    ['CON.pdf', '_CON.pdf'],
    ['com1', '_com1'],
    ['contract.pdf', 'contract.pdf'],
    ['Quyết định.pdf'.normalize('NFD'), 'Quyết định.pdf'.normalize('NFC')],
  ])('%j is shown as %j', (given, shown) => {
    expect(presentFileName(given)).toBe(shown);
  });

  it.each(['', '.', '..', '../', 'a/', ' ', '\u0000\u200b', '...', '/'])('%j leaves nothing', (given) => {
    expect(presentFileName(given)).toBeUndefined();
  });

  it('of 300 Vietnamese characters is cut to 255 bytes between characters, its extension kept', () => {
    const shown = presentFileName(`${'Ề'.repeat(300)}.pdf`) ?? '';
    expect(shown).toBe(`${'Ề'.repeat(83)}.pdf`);
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(255);
  });

  it('is never cut within a character made of several code points', () => {
    const family = '👨‍👩‍👧'.replaceAll('\u200d', ''); // joiners are unprintable and go first
    const shown = presentFileName(`${'a'.repeat(250)}${family}.pdf`) ?? '';
    expect(shown).toBe(`${'a'.repeat(250)}.pdf`);

    const stacked = 'a\u0335'; // no composed form
    expect(presentFileName(stacked.repeat(200))).toBe(stacked.repeat(85));
  });

  it('of exactly 255 bytes stays whole', () => {
    const name = `${'a'.repeat(251)}.pdf`;
    expect(presentFileName(name)).toBe(name);
  });

  it('with an endless extension is cut all the same', () => {
    expect(presentFileName(`a.${'b'.repeat(400)}`)).toHaveLength(255);
  });
});
