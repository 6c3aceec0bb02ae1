import { randomBytes } from 'node:crypto';
import { inBase64 } from './in-base64';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

it.each([1, 2, 3, 4, 7, 100])('is one JSON object with the whole message, read in pieces of %i bytes', async (size) => {
  for (const length of [0, 1, 2, 3, 299, 300, 301]) {
    const message = randomBytes(length);
    let text = '';
    for await (const piece of inBase64({ status: 'OK', ErrorCode: '0' }, pieces(message, size))) text += piece;
    expect(JSON.parse(text)).toEqual({ status: 'OK', ErrorCode: '0', data: message.toString('base64') });
  }
});
