import { randomBytes } from 'node:crypto';
import { Base64Decoder } from './base64';

function decode(...pieces: string[]): Buffer | string {
  const decoder = new Base64Decoder();
  const decoded = pieces.map((piece) => decoder.decode(piece));
  const end = decoder.end();
  return end.kind === 'fault' ? end.detail : Buffer.concat([...decoded, end.bytes]);
}

describe('base64 in pieces', () => {
  it('is decoded wherever it is cut and whatever white space is in it', () => {
    for (let length = 0; length < 12; length++) {
      const bytes = randomBytes(length);
      const text = bytes.toString('base64').replace(/.{3}/g, '$&\r\n ');
      for (let cut = 0; cut <= text.length; cut++) expect(decode(text.slice(0, cut), text.slice(cut))).toEqual(bytes);
      expect(decode(...Array.from(text))).toEqual(bytes);
    }
  });

  it.each([
    ['JVBERi0xLj', 'it is cut off'],
    ['JVBERi0xL', 'it is cut off'],
    ['JVBERg=', 'it is cut off'],
    ['JVBERg===', 'something stands after the padding'],
    ['JVBERg==JVBE', 'something stands after the padding'],
    ['JVBE-_==', 'a character that is not base64'],
    ['J=VB', 'something stands after the padding'],
    ['====', 'something stands after the padding'],
    ['J===', 'something stands after the padding'],
  ])('%j is refused, whole or in pieces: %s', (text, detail) => {
    expect(decode(text)).toBe(detail);
    expect(decode(...Array.from(text))).toBe(detail);
  });
});
