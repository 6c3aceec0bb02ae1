import { type DocumentId, newDocumentId } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import { v4, v7 } from 'uuid';
import { importRows } from '../testing/directory';
import { SampleRows } from '../testing/sample-rows';
import { DocumentNames } from './document-names';

let storage: TestStorage;
let rows: SampleRows;
let names: DocumentNames;

const NOW = new Date('2026-11-22T02:00:00Z');

beforeAll(async () => {
  storage = await testStorage();
  rows = new SampleRows(storage.dataSource);
  names = new DocumentNames(storage.dataSource);
  await importRows(
    storage.dataSource,
    { code: 'G22', old_code: '000.00.00.G22', name: 'Văn phòng Chính phủ' },
    { code: 'G12', name: 'Bộ Tài chính' },
  );
});
afterAll(() => storage.drop());

/** A document of an agency that took these names in a year. */
async function sent(fromCode: string, year: number, ...claims: string[]): Promise<string> {
  const { document } = await rows.document([], { fromCode, claims });
  await storage.dataSource.query(
    `INSERT INTO document_references (year, reference, document_id, fingerprint) SELECT $1, unnest($2::text[]), $3, ''`,
    [year, claims, document.id],
  );
  return document.id;
}

const found = async (name: string) => (await names.find([name], NOW)).get(name)?.id;

it("an id of an agency's own that it uses again in another year is the newest document", async () => {
  await sent('G22', 2025, 'G22:17');
  const newest = await sent('G22', 2026, 'G22:17');
  expect(await found('G22:17')).toBe(newest);
  expect(await found('000.00.00.G22:17')).toBe(newest);
});

it.each([2024, 2025, 2027])(
  'a UUID that another agency takes too, of %i, stays the name of the first',
  async (year) => {
    const uuid = v4();
    const first = await sent('G22', 2026, uuid);
    const second = await sent('G12', year, uuid);
    for (const name of [uuid, `{${uuid.toUpperCase()}}`, `G22:${uuid}`, `000.00.00.G22:${uuid}`]) {
      expect(await found(name)).toBe(first);
    }
    expect(await found(`G12:${uuid}`)).toBe(second);
  },
);

it("an id of the axis's kind that is a sender's own is found, and never hides the axis's own", async () => {
  const uuid = v7();
  const document = await sent('G22', 2026, uuid);
  expect(await found(uuid)).toBe(document);

  const own: DocumentId = newDocumentId();
  await rows.document([], { id: own });
  await sent('G12', 2026, own);
  expect(await found(own)).toBe(own);
});

it('a name of any length is looked for in no time', async () => {
  const began = performance.now();
  expect(await found('G22:'.repeat(1_000_000))).toBeUndefined();
  expect(await found(`${'G22:'.repeat(90)}17`)).toBeDefined();
  expect(performance.now() - began).toBeLessThan(1_000);
});
