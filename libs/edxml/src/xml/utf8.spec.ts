import { Utf8Decoder } from './utf8';

function decode(...chunks: Buffer[]): { text: string; kind: string } {
  const decoder = new Utf8Decoder();
  let text = '';
  for (const decoded of [...chunks.map((chunk) => decoder.decode(chunk)), decoder.end()]) {
    if (decoded.kind === 'other_encoding') return { text, kind: decoded.encoding };
    text += decoded.text;
    if (decoded.kind === 'invalid') return { text, kind: 'invalid' };
  }
  return { text, kind: 'text' };
}

const split = (bytes: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, n) => bytes.subarray(n * length, (n + 1) * length));

describe('bytes', () => {
  const sentence = '<a>Tờ trình số 7816 – 😀 Ề</a>';

  it('are read as UTF-8 wherever they are cut', () => {
    for (let length = 1; length < 20; length++)
      expect(decode(...split(Buffer.from(sentence), length))).toEqual({ text: sentence, kind: 'text' });
  });

  it('lose their byte order mark', () => {
    const marked = Buffer.from(`\uFEFF${sentence}`);
    for (const length of [1, 2, 3, 4, 100])
      expect(decode(...split(marked, length))).toEqual({ text: sentence, kind: 'text' });
  });

  it.each([
    ['UTF-16 little end first', Buffer.from('\uFEFF<a/>', 'utf16le'), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from('<a/>', 'utf16le'), 'UTF-16'],
    ['UTF-16 big end first', Buffer.from('\uFEFF<a/>', 'utf16le').swap16(), 'UTF-16'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]), 'UTF-32'],
  ])('of %s are seen for what they are', (_, bytes, kind) => {
    expect(decode(bytes).kind).toBe(kind);
    expect(decode(...split(bytes, 1)).kind).toBe(kind);
  });

  it.each([
    ['a byte that never is', [0xff]],
    ['a continuation alone', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a character cut short', [0xe1, 0xbb]],
  ])('that are no UTF-8 (%s) are read up to there', (_, wrong) => {
    const before = 'Tờ trình ';
    for (const behind of ['', ' số 7816']) {
      const bytes = Buffer.concat([Buffer.from(before), Buffer.from(wrong), Buffer.from(behind)]);
      for (const length of [1, 2, 3, 100])
        expect(decode(...split(bytes, length))).toEqual({ text: before, kind: 'invalid' });
    }
  });
});
