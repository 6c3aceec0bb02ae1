import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { monthAt } from '@axis/edoc';
import { childProgram, testStorage, type TestStorage } from '@axis/testing';
import { ContentStore } from './content-store';
import { CHUNK_BYTES, INLINE_LIMIT } from './limits';
import type { StagedContent } from './staged-content';

const month = monthAt(new Date());
const maxBytes = 64 * INLINE_LIMIT;
const LARGE = 2 * INLINE_LIMIT + CHUNK_BYTES + 12_345;

let storage: TestStorage;
let store: ContentStore;
beforeAll(async () => {
  storage = await testStorage();
  store = new ContentStore(storage.dataSource);
});
afterAll(() => storage.drop());
beforeEach(() => storage.dataSource.query('TRUNCATE contents, content_chunks, uploads'));

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
const receive = (bytes: Buffer): Promise<StagedContent> =>
  store.receive(month, Readable.from(pieces(bytes, 60_000), { objectMode: false }), { maxBytes });
const commit = (...staged: StagedContent[]): Promise<void> =>
  storage.dataSource.transaction((manager) => store.commit(manager, staged));
const put = (...contents: Buffer[]): Promise<Buffer[]> =>
  storage.dataSource.transaction((manager) => store.put(manager, month, contents));
const stored = async (bytes: Buffer): Promise<Buffer> => {
  await put(bytes);
  return sha256(bytes);
};

function* pieces(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(hash: Buffer, range?: { start: number; end: number }): Promise<Buffer> {
  const opened = await store.open(month, hash, range);
  if (!opened) throw new Error('not found');
  const read: Buffer[] = [];
  for await (const piece of opened.stream) read.push(piece as Buffer);
  return Buffer.concat(read);
}

async function rows(): Promise<{ contents: number; chunks: number; uploads: number }> {
  const [counted] = await storage.dataSource.query<{ contents: number; chunks: number; uploads: number }[]>(
    `SELECT (SELECT count(*)::integer FROM contents) AS contents, (SELECT count(*)::integer FROM content_chunks) AS chunks,
            (SELECT count(*)::integer FROM uploads) AS uploads`,
  );
  if (!counted) throw new Error('not counted');
  return counted;
}

const NOTHING = { contents: 0, chunks: 0, uploads: 0 };

describe.each([
  ['empty', 0],
  ['of one byte', 1],
  ['as long as may be in its row', INLINE_LIMIT],
  ['one byte longer', INLINE_LIMIT + 1],
  ['of whole chunks', 8 * CHUNK_BYTES],
  ['of many chunks and a bit', LARGE],
])('a content %s', (_, size) => {
  const bytes = randomBytes(size);

  it('is received, committed and read again', async () => {
    const staged = await receive(bytes);
    expect(staged).toMatchObject({ size, sha256: sha256(bytes), head: bytes.subarray(0, 4096) });
    await commit(staged);
    expect((await read(staged.sha256)).equals(bytes)).toBe(true);
    expect((await store.readAll(month, staged.sha256)).equals(bytes)).toBe(true);
    expect(await store.open(month, staged.sha256)).toMatchObject({ size });
    expect((await rows()).uploads).toBe(0);
  });

  it('is put and read again', async () => {
    expect(await put(bytes)).toEqual([sha256(bytes)]);
    expect((await store.readAll(month, sha256(bytes))).equals(bytes)).toBe(true);
  });

  it('leaves nothing when it is discarded, or its transaction rolls back', async () => {
    await (await receive(bytes)).discard();
    expect(await rows()).toEqual(NOTHING);

    const staged = await receive(bytes);
    const failing = storage.dataSource.transaction(async (manager) => {
      await staged.commit(manager);
      throw new Error('the document was refused');
    });
    await expect(failing).rejects.toThrow('the document was refused');
    await staged.discard();
    expect(await rows()).toEqual(NOTHING);
  });

  it('stands once it is committed, whoever discards it after', async () => {
    const staged = await receive(bytes);
    await commit(staged);
    await staged.discard();
    await store.sweepUploads(0);
    expect((await store.readAll(month, staged.sha256)).equals(bytes)).toBe(true);
  });

  it('is there once, received by many documents at once', async () => {
    const staged = await Promise.all(Array.from({ length: 6 }, () => receive(bytes)));
    await Promise.all(staged.map((one) => commit(one)));
    await put(bytes, bytes);
    expect(await rows()).toEqual({
      contents: 1,
      chunks: size > INLINE_LIMIT ? Math.ceil(size / CHUNK_BYTES) : 0,
      uploads: 0,
    });
    expect((await store.readAll(month, sha256(bytes))).equals(bytes)).toBe(true);
  });
});

describe('receiving', () => {
  it('refuses what is too large, and keeps nothing of it', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield randomBytes(100_000);
      })(),
    );
    await expect(store.receive(month, endless, { maxBytes: 3 * INLINE_LIMIT })).rejects.toMatchObject({
      name: 'ContentTooLargeError',
      maxBytes: 3 * INLINE_LIMIT,
    });
    expect(await rows()).toEqual(NOTHING);
  });

  it.each([10_000, 3 * INLINE_LIMIT])('keeps nothing of a source that breaks off after %i bytes', async (length) => {
    const source = new PassThrough();
    const received = store.receive(month, source, { maxBytes });
    source.write(randomBytes(length));
    setTimeout(() => source.destroy(new Error('the line was cut')), 100);
    await expect(received).rejects.toThrow('the line was cut');
    expect(await rows()).toEqual(NOTHING);
  });

  it('keeps nothing of a source that closes without an end', async () => {
    const source = new PassThrough();
    const received = store.receive(month, source, { maxBytes });
    source.write(randomBytes(3 * INLINE_LIMIT));
    setTimeout(() => source.destroy(), 100);
    await expect(received).rejects.toThrow('Premature close');
    expect(await rows()).toEqual(NOTHING);
  });

  it('holds no connection while the sender is slow', async () => {
    const narrow = await testStorage({ pool: 1 });
    try {
      const sources = Array.from({ length: 5 }, () => new PassThrough());
      const store = new ContentStore(narrow.dataSource);
      const receiving = sources.map((source) => store.receive(month, source, { maxBytes }));
      for (const source of sources) source.write(randomBytes(2 * INLINE_LIMIT));
      await sleep(200);
      expect(await narrow.dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      for (const source of sources) source.end();
      expect((await Promise.all(receiving)).map(({ size }) => size)).toEqual(Array(5).fill(2 * INLINE_LIMIT));
    } finally {
      await narrow.drop();
    }
  });

  it('sweeps what a crash left, and nothing that is still being written', async () => {
    const abandoned = await receive(randomBytes(LARGE));
    await storage.dataSource.query(`UPDATE uploads SET touched_at = now() - interval '2 hours'`);
    const source = new PassThrough();
    const receiving = store.receive(month, source, { maxBytes });
    const bytes = randomBytes(LARGE);
    source.write(bytes);
    await sleep(200);

    expect(await store.sweepUploads(60 * 60 * 1000)).toBe(1);
    await expect(commit(abandoned)).rejects.toMatchObject({ name: 'UploadExpiredError' });
    source.end();
    const staged = await receiving;
    await commit(staged);
    expect((await store.readAll(month, staged.sha256)).equals(bytes)).toBe(true);
    expect(await rows()).toEqual({ contents: 1, chunks: Math.ceil(LARGE / CHUNK_BYTES), uploads: 0 });
  });

  it('ends an upload that was swept away under its sender', async () => {
    const source = new PassThrough();
    const receiving = store.receive(month, source, { maxBytes });
    source.write(randomBytes(2 * INLINE_LIMIT));
    await sleep(200);
    expect(await store.sweepUploads(0)).toBe(1);
    source.end(randomBytes(2 * INLINE_LIMIT));
    await expect(receiving).rejects.toMatchObject({ name: 'UploadExpiredError' });
    expect(await rows()).toEqual(NOTHING);
  });
});

describe('reading', () => {
  const bytes = randomBytes(LARGE);
  const ranges = [
    ['the first byte', 0, 0],
    ['the last byte', LARGE - 1, LARGE - 1],
    ['across a chunk border', CHUNK_BYTES - 1, CHUNK_BYTES],
    ['one whole chunk', CHUNK_BYTES, 2 * CHUNK_BYTES - 1],
    ['across many chunks', 100, LARGE - 100],
    ['past the end', LARGE - 10, LARGE + 10],
    ['beyond the end', LARGE, LARGE + 10],
  ] as const;

  it.each(ranges)('%s of a large content', async (_, start, end) => {
    const hash = await stored(bytes);
    expect((await read(hash, { start, end })).equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it.each([
    [0, 0],
    [10, 19],
    [90, 200],
    [100, 200],
  ])('a small content from %i to %i', async (start, end) => {
    const small = randomBytes(100);
    const hash = await stored(small);
    expect(await store.open(month, hash, { start, end })).toMatchObject({ size: 100 });
    expect(await read(hash, { start, end })).toEqual(small.subarray(start, end + 1));
  });

  it('many at once keeps their order, large and small, the same twice', async () => {
    const contents = [randomBytes(10), bytes, randomBytes(100_000), Buffer.alloc(0)];
    const hashes = await put(...contents);
    const asked = [...hashes, ...hashes.slice(0, 1)].map((sha256) => ({ month, sha256 }));
    const found = await store.readMany(asked);
    expect(found.map(sha256)).toEqual(asked.map((key) => key.sha256));
    expect(await store.readMany([])).toEqual([]);
  });

  it('says what is missing', async () => {
    const unknown = randomBytes(32);
    expect(await store.open(month, unknown)).toBeUndefined();
    await expect(store.readAll(month, unknown)).rejects.toMatchObject({ name: 'ContentMissingError', sha256: unknown });
    const known = await stored(bytes);
    const otherMonth = monthAt(new Date(Date.now() + 40 * 24 * 60 * 60 * 1000));
    expect(await store.open(otherMonth, known)).toBeUndefined();
  });

  it('fails rather than give a content with a hole', async () => {
    const hash = await stored(bytes);
    await storage.dataSource.query('DELETE FROM content_chunks WHERE position = 5');
    await expect(read(hash)).rejects.toThrow('missing');
    await expect(store.readAll(month, hash)).rejects.toThrow('missing');
  });

  it('holds no connection while the reader is slow', async () => {
    const hash = await stored(bytes);
    const narrow = await testStorage({ pool: 1 });
    try {
      const store = new ContentStore(narrow.dataSource);
      await narrow.dataSource.transaction((manager) => store.put(manager, month, [bytes]));
      const slow = await store.open(month, hash);
      slow?.stream.once('readable', () => {
        slow.stream.read(1);
      });
      await sleep(100);
      expect(sha256(await store.readAll(month, hash))).toEqual(hash);
      slow?.stream.destroy();
    } finally {
      await narrow.drop();
    }
  });
});

it('two transactions that store the same contents in opposite orders do not lock one another out', async () => {
  const contents = Array.from({ length: 20 }, () => randomBytes(1000));
  for (let round = 0; round < 5; round++) {
    await storage.dataSource.query('TRUNCATE contents');
    await Promise.all([
      put(...contents),
      put(...contents.toReversed()),
      put(...contents),
      put(...contents.toReversed()),
    ]);
  }
  expect((await rows()).contents).toBe(20);
});

it('300 MB in and out stay within 64 MB of the idle memory', async () => {
  const program = childProgram(
    `
    require('reflect-metadata');
    const { Readable } = require('node:stream');
    const { createDataSource, ContentStore } = require('@axis/storage');
    const SIZE = 300e6;
    (async () => {
      const dataSource = await createDataSource(process.env.DATABASE_URL, { pool: 4 }).initialize();
      const store = new ContentStore(dataSource);
      const piece = Buffer.alloc(65536, 'x');
      const source = (size) => {
        let sent = 0;
        return new Readable({
          read() {
            const next = Buffer.from(piece.subarray(0, Math.min(piece.length, size - sent)));
            if (next.length === 0) return this.push(null);
            sent += next.length;
            this.push(next);
          },
        });
      };
      const travel = async (size) => {
        const staged = await store.receive('${month}', source(size), { maxBytes: SIZE });
        await dataSource.transaction((manager) => staged.commit(manager));
        const { stream } = await store.open('${month}', staged.sha256);
        let read = 0;
        for await (const bytes of stream) read += bytes.length;
        return read;
      };
      await travel(2e6);
      global.gc();
      const idle = process.memoryUsage.rss();
      let peak = 0;
      const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 2);
      const read = await travel(SIZE);
      clearInterval(timer);
      await dataSource.destroy();
      console.log(JSON.stringify({ read, grownMb: Math.round((peak - idle) / 2 ** 20) }));
    })();
  `,
    { env: { DATABASE_URL: storage.url, NODE_OPTIONS: '--expose-gc' } },
  );
  const { read, grownMb } = JSON.parse(await program.firstLine) as { read: number; grownMb: number };
  expect(read).toBe(300e6);
  expect(grownMb).toBeLessThanOrEqual(64);
}, 120_000);
