import { jsonObjects } from './json-objects';

async function read(...chunks: string[]): Promise<[line: number, object: unknown][]> {
  const read: [number, unknown][] = [];
  for await (const { line, text } of jsonObjects(stream(chunks))) read.push([line, JSON.parse(text)]);
  return read;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous even when its data is at hand
async function* stream(chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

const ARRAY = `[
  { "code": "G12", "name": "Bộ \\"Tài chính\\" {" },
  { "code": "G13", "name": "\\\\", "more": { "deep": [{}] } }
]`;
const OBJECTS: [number, unknown][] = [
  [2, { code: 'G12', name: 'Bộ "Tài chính" {' }],
  [3, { code: 'G13', name: '\\', more: { deep: [{}] } }],
];

describe('the objects of a JSON file', () => {
  it('are read from an array, each with its line', async () => {
    expect(await read(ARRAY)).toEqual(OBJECTS);
  });

  it('are read line by line, and after a byte order mark', async () => {
    expect(await read('\uFEFF{"a":1}\n\n{"a":2}')).toEqual([
      [1, { a: 1 }],
      [3, { a: 2 }],
    ]);
  });

  it('are the same wherever the chunks are cut', async () => {
    for (let cut = 0; cut <= ARRAY.length; cut++)
      expect(await read(ARRAY.slice(0, cut), ARRAY.slice(cut))).toEqual(OBJECTS);
    expect(await read(...Array.from(ARRAY))).toEqual(OBJECTS);
  });

  it.each([
    ['["G12"]', 'line 1: expected an object, found "\\""'],
    ['[\n{"a":1},\nnull]', 'line 3: expected an object, found "n"'],
    ['[{"a":1},\n{"a":', 'line 2: the object does not end'],
    ['<html>', 'line 1: expected an object, found "<"'],
  ])('%j is refused: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('of endless length is refused before it fills the memory', async () => {
    await expect(read('{', ...Array.from({ length: 100 }, () => '"'.padEnd(1000)))).rejects.toThrow('too long');
  });
});
