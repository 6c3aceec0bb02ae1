import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type DeliveryState, type DocumentId, type Month, monthOf, newDocumentId } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import { v7 } from 'uuid';
import { ContentStore } from '../content/content-store';
import { ensurePartitions } from '../partitions';
import { SampleRows } from '../testing/sample-rows';
import type { StoredDocument } from './document.store';
import { RetentionStore } from './retention.store';
import { SealStore } from './seal.store';

let storage: TestStorage;
let rows: SampleRows;
let contents: ContentStore;
const retention = new RetentionStore();

beforeAll(async () => {
  storage = await testStorage({ pool: 20 });
  rows = new SampleRows(storage.dataSource);
  contents = new ContentStore(storage.dataSource);
});
beforeEach(() =>
  storage.dataSource.query('TRUNCATE documents, document_files, deliveries, contents, content_chunks, uploads'),
);
afterAll(() => storage.drop());

const NOW = new Date();
/** All that has happened so far is long ago. */
const SINCE = new Date(NOW.getTime() + 3_600_000);
const month = monthOf(newDocumentId());

const small = () => randomBytes(1000);
const large = () => randomBytes(2_000_000);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const isThere = async (bytes: Buffer, of: Month = month) => (await contents.open(of, sha256(bytes))) !== undefined;
const chunks = async () =>
  (await storage.dataSource.query<{ count: number }[]>('SELECT count(*)::int AS count FROM content_chunks'))[0]?.count;
const idOf = ({ document }: StoredDocument) => document.id as DocumentId;

const expire = async (since = SINCE, limit = 100) =>
  (
    await storage.dataSource.transaction((manager) =>
      retention.expire(manager, { since, after: undefined, limit }, NOW),
    )
  ).expired;

async function delivered(contents: readonly Buffer[], state: DeliveryState = 'handed_over'): Promise<StoredDocument> {
  const document = await rows.document(contents);
  await rows.delivery(document, { state });
  return document;
}

describe('a document that is done with', () => {
  it('loses its contents and keeps all that is known of it', async () => {
    const [main, attachment] = [small(), large()];
    const document = await delivered([main, attachment]);
    expect(await expire()).toEqual([idOf(document)]);
    expect([await isThere(main), await isThere(attachment)]).toEqual([false, false]);
    const [kept] = await storage.dataSource.query<{ at: Date; files: number }[]>(
      `SELECT expired_at AS at, (SELECT count(*)::int FROM document_files WHERE document_id = d.id) AS files FROM documents d`,
    );
    expect(kept).toEqual({ at: NOW, files: 2 });
    expect(await expire()).toEqual([]);
  });

  it('leaves no chunks once they are swept', async () => {
    const kept = large();
    await delivered([large(), large()]);
    await delivered([kept], 'available');
    await expire();
    expect(await chunks()).toBe(24);
    expect(await contents.sweepUploads(3_600_000)).toBe(2);
    expect(await chunks()).toBe(8);
    expect((await contents.readAll(month, sha256(kept))).equals(kept)).toBe(true);
  });

  it('loses what was sent and what the axis sealed of it', async () => {
    const [draft, sealed] = [small(), small()];
    const document = await rows.document([draft], {}, sealed);
    await rows.delivery(document, { state: 'completed' });
    expect(await expire()).toEqual([idOf(document)]);
    expect([await isThere(draft), await isThere(sealed)]).toEqual([false, false]);
  });

  it.each<[DeliveryState, boolean]>([
    ['routed', false],
    ['available', false],
    ['failed', true],
    ['handed_over', true],
    ['arrived', true],
    ['accepted', true],
    ['completed', true],
    ['refused', true],
    ['withdrawn', true],
    ['recalled', true],
    ['removed', true],
  ])('is one whose last delivery is %s: %s', async (state, over) => {
    const bytes = small();
    const document = await delivered([bytes], 'completed');
    await rows.delivery(document, { state });
    expect(await expire()).toEqual(over ? [idOf(document)] : []);
    expect(await isThere(bytes)).toBe(!over);
  });

  it.each([
    ['submitted', false],
    ['verified', false],
    ['rejected', true],
    ['withdrawn', true],
  ] as const)('may be %s: %s', async (state, over) => {
    const document = await rows.document([small()], { state });
    expect(await expire()).toEqual(over ? [idOf(document)] : []);
  });

  it('is none to which something happened lately', async () => {
    const since = new Date(Date.now() + 1000);
    const document = await delivered([small()]);
    await storage.dataSource.query(`UPDATE deliveries SET updated_at = $1`, [since]);
    expect(await expire(since)).toEqual([]);
    expect(await expire(new Date(since.getTime() + 1))).toEqual([idOf(document)]);
    expect(await expire(new Date(0))).toEqual([]);
  });

  it('is found page by page, those that must wait passed by', async () => {
    const waiting = await Promise.all([delivered([small()], 'available'), delivered([small()], 'available')]);
    const over = [await delivered([small()]), await delivered([small()])];
    const found: DocumentId[] = [];
    let after: DocumentId | undefined;
    let pages = 0;
    do {
      const pass = { since: SINCE, after, limit: 2 };
      const { expired, next } = await storage.dataSource.transaction((manager) => retention.expire(manager, pass, NOW));
      found.push(...expired);
      after = next;
      pages += 1;
    } while (after !== undefined);
    expect(found).toEqual(over.map(idOf));
    expect(pages).toBe(3);
    expect(waiting).toHaveLength(2);
  });

  it('has no seal raised any more', async () => {
    const [bytes, raised] = [small(), small()];
    const document = await rows.document([bytes], { sealFallsShort: true });
    const seals = new SealStore(storage.dataSource);
    const raise = () =>
      storage.dataSource.transaction((manager) => {
        const content = { from: sha256(bytes), sha256: sha256(raised), size: raised.length };
        return seals.replace(manager, { documentId: idOf(document), ...content, signatures: [] });
      });
    expect(await expire()).toEqual([idOf(document)]);
    expect([await seals.short(undefined, 10), await raise()]).toEqual([[], false]);
  });
});

describe('a content that others name', () => {
  it.each([
    ['small', small],
    ['large', large],
  ])('stays until the last of them is done with (%s)', async (_, make) => {
    const shared = make();
    const first = await delivered([small(), shared]);
    const second = await delivered([shared], 'available');
    expect(await expire()).toEqual([idOf(first)]);
    expect((await contents.readAll(month, sha256(shared))).equals(shared)).toBe(true);
    await storage.dataSource.query(`UPDATE deliveries SET state = 'handed_over'`);
    expect(await expire()).toEqual([idOf(second)]);
    expect(await isThere(shared)).toBe(false);
    await contents.sweepUploads(3_600_000);
    expect(await chunks()).toBe(0);
  });

  it('goes with the last when both go at once, or one document names it twice', async () => {
    const shared = small();
    await delivered([shared, shared]);
    await delivered([shared]);
    expect(await expire()).toHaveLength(2);
    expect(await isThere(shared)).toBe(false);
  });

  it('stays for who sent it, though it was sealed since', async () => {
    const draft = small();
    await delivered([draft]);
    await rows.delivery(await rows.document([draft], {}, small()));
    expect(await expire()).toHaveLength(1);
    expect(await isThere(draft)).toBe(true);
  });

  it('stays in another month', async () => {
    const shared = small();
    const then = new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 1, 15));
    await ensurePartitions(storage.dataSource, then);
    const old = await rows.document([shared], { id: v7({ msecs: then.getTime() }) });
    await delivered([shared], 'available');
    expect(await expire()).toEqual([idOf(old)]);
    expect([await isThere(shared, monthOf(idOf(old))), await isThere(shared)]).toEqual([false, true]);
  });
});

describe('at the same time', () => {
  it('a submission that is about to name a content keeps it, whether it succeeds or not', async () => {
    const shared = small();
    const old = await delivered([shared]);
    for (const failing of [true, false]) {
      const submission = storage.dataSource.createQueryRunner();
      await submission.startTransaction();
      await contents.put(submission.manager, month, [shared]);
      expect(await expire()).toEqual([]);
      if (failing) await submission.rollbackTransaction();
      else await submission.commitTransaction();
      await submission.release();
    }
    await rows.document([shared], { state: 'submitted' });
    expect(await expire()).toEqual([idOf(old)]);
    expect(await isThere(shared)).toBe(true);
  });

  it.each([
    ['small', small],
    ['large', large],
  ])('a submission of a content that is being removed waits, and stores it anew (%s)', async (_, make) => {
    const shared = make();
    await delivered([shared]);
    const expiry = storage.dataSource.createQueryRunner();
    await expiry.startTransaction();
    await retention.expire(expiry.manager, { since: SINCE, after: undefined, limit: 10 }, NOW);
    let stored = false;
    const submission = rows.document([shared], { state: 'submitted' }).then((document) => {
      stored = true;
      return document;
    });
    await pause(100);
    expect(stored).toBe(false);
    await expiry.commitTransaction();
    await expiry.release();
    await submission;
    await contents.sweepUploads(3_600_000);
    expect((await contents.readAll(month, sha256(shared))).equals(shared)).toBe(true);
  });

  it('many routers expire each document once', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => delivered([small()])));
    const found = await Promise.all(Array.from({ length: 6 }, () => expire(SINCE, 15)));
    expect([...found.flat(), ...(await expire())].sort()).toEqual(all.map(idOf).sort());
  });

  it('submissions and expiry of the same few contents leave none missing that is named', async () => {
    const few = [...Array.from({ length: 4 }, small), large()];
    let going = true;
    const expiring = Array.from({ length: 3 }, async () => {
      while (going) await expire(SINCE, 5);
    });
    let count = 0;
    const submitting = Array.from({ length: 8 }, async (_, i) => {
      for (let n = 0; n < 40; n++) {
        const named = [few[(n + i) % few.length], few[(n * 3) % few.length]].filter((one) => one !== undefined);
        const { document } = await rows.document(named, { state: n % 2 === 0 ? 'submitted' : 'rejected' });
        // Every other one of those that are kept may go from the next round on.
        if (n % 4 === 0)
          await storage.dataSource.query(`UPDATE documents SET state = 'rejected' WHERE id = $1`, [document.id]);
        count += 1;
      }
    });
    await Promise.all(submitting);
    going = false;
    await Promise.all(expiring);
    expect(count).toBe(320);
    const missing = await storage.dataSource.query<unknown[]>(
      `SELECT f.document_id FROM document_files f JOIN documents d ON d.id = f.document_id
       WHERE d.expired_at IS NULL AND NOT EXISTS (SELECT FROM contents c WHERE c.sha256 = f.sha256)`,
    );
    expect(missing).toEqual([]);
    await storage.dataSource.query(`UPDATE documents SET state = 'rejected'`);
    await expire(SINCE, 1000);
    expect(await storage.dataSource.query('SELECT FROM contents')).toEqual([]);
    await contents.sweepUploads(3_600_000);
    expect(await chunks()).toBe(0);
  });
});
