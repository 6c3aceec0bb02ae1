import { PassThrough, Readable } from 'node:stream';
import { Refusal } from '@axis/edoc';
import { readFileDoc } from './multipart';

const part = (name: string, content: string): string =>
  `Content-Disposition: form-data; name="${name}"; filename="a.edxml"\r\n\r\n${content}\r\n`;
const form = (...parts: readonly string[]): string => `${parts.map((one) => `--x-1\r\n${one}`).join('')}--x-1--\r\n`;

function bodyOf(text: string, size: number): Readable {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  return Readable.from(pieces, { objectMode: false });
}

async function whole(file: Readable): Promise<string> {
  let text = '';
  for await (const piece of file) text += String(piece);
  return text;
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.problem.code;
    throw error;
  }
  return 'none';
}

it.each([1, 2, 7, 100, 100_000])('gives the part file_doc, in pieces of %i bytes', async (size) => {
  const text = form(part('note', 'hi'), part('file_doc', '<a>văn bản</a>'), part('more', 'x'));
  expect(await readFileDoc(bodyOf(text, size), whole)).toBe('<a>văn bản</a>');
  expect(await readFileDoc(bodyOf(`\r\n${text}`, size), whole)).toBe('<a>văn bản</a>');
});

it('gives the first of two, and keeps what looks like a boundary in it', async () => {
  const text = form(part('file_doc', 'a\r\n--x-\r\n-x-1\r\nb'), part('file_doc', 'second'));
  expect(await readFileDoc(bodyOf(text, 10), whole)).toBe('a\r\n--x-\r\n-x-1\r\nb');
});

it.each([
  ['nothing', '', 'request.malformed'],
  ['no multipart', 'x'.repeat(10_000), 'request.malformed'],
  ['a boundary that never ends', `--${'x'.repeat(10_000)}`, 'request.malformed'],
  ['no such part', form(part('file', 'x')), 'request.malformed'],
  ['no part at all', '--x-1--\r\n', 'upload.interrupted'],
  ['a part that is cut off', form(part('file_doc', 'a'.repeat(500))).slice(0, 300), 'upload.interrupted'],
  ['no end', form(part('file_doc', 'a')).slice(0, -6), 'upload.interrupted'],
  [
    'an end cut off after another part',
    form(part('file_doc', 'a'), part('b', 'c')).slice(0, -12),
    'upload.interrupted',
  ],
])('refuses %s', async (_, text, code) => {
  for (const size of [1, 64, 100_000]) {
    expect(await problemOf(readFileDoc(bodyOf(text, size), whole))).toBe(code);
  }
});

it('stops where its reader stops, and leaves the body open', async () => {
  const body = new PassThrough();
  body.write('--x-1\r\n' + part('file_doc', 'a'.repeat(1_000)).slice(0, 500));
  const taken = await readFileDoc(body, async (file) => {
    for await (const piece of file) return String(piece).length;
    return 0;
  });
  expect(taken).toBeGreaterThan(0);
  expect(body.destroyed).toBe(false);
});
