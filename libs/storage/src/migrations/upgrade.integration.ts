import { newDeliveryId, newDocumentId } from '@axis/edoc';
import { testDatabase, type TestDatabase } from '@axis/testing';
import { DataSource } from 'typeorm';
import { createDataSource, dataSourceOptions } from '../data-source';
import { DeliveryStore } from '../deliveries/delivery.store';
import { Directory } from '../directory/directory.store';
import { DocumentStore } from '../documents/document.store';
import { migrate } from '../migrator';
import { ensurePartitions } from '../partitions';
import { FirstSchema1763700000000 } from './1763700000000-first-schema';

/** What the first version left in its tables. */
const LEFT = `
  INSERT INTO agencies (id, code, name, level, status)
  SELECT gen_random_uuid(), 'G' || n, 'Số ' || n, 1, 'active' FROM generate_series(1, 50) n;
  UPDATE agencies SET parent_id = (SELECT id FROM agencies WHERE code = 'G1'), level = 2 WHERE code IN ('G2', 'G3');
  UPDATE agencies SET status = 'closed', successor_id = (SELECT id FROM agencies WHERE code = 'G2') WHERE code = 'G3';
  INSERT INTO agency_codes (code, agency_id, generation) SELECT code, id, 'new' FROM agencies;
  INSERT INTO agency_signers (agency_id, subject, role) SELECT id, 'CN=Người ký', 'person' FROM agencies WHERE code = 'G1';
  INSERT INTO systems (id, client_id, name, secret_sha256) VALUES (gen_random_uuid(), 'dms-g1', 'Phần mềm', '\\x00');
  INSERT INTO system_agencies SELECT s.id, a.id FROM systems s, agencies a WHERE a.code = 'G1';
`;

let database: TestDatabase;
let now: DataSource;
const documentId = newDocumentId();
const deliveryId = newDeliveryId(documentId);

beforeAll(async () => {
  database = await testDatabase();
  const before = new DataSource({
    ...dataSourceOptions({ url: database.url, pool: 2 }),
    migrations: [FirstSchema1763700000000],
  });
  await before.initialize();
  await before.runMigrations();
  await ensurePartitions(before);
  await before.query(LEFT);
  await before.query(
    `INSERT INTO documents (id, system_id, from_agency_id, from_code, reference, number, notation, kind, subject,
       promulgated_on, urgency, details, addressees, seal, state, submitted_at, verified_at, routed_at)
     SELECT $1, s.id, a.id, 'G1', 'G1,2026/11/20,7816/VPCP-TTĐT', '7816', 'VPCP-TTĐT', 'cong-van', 'V/v nâng cấp',
       '2026-11-20', 0, '{}', '[{"code": "G2"}]', false, 'routed', now(), now(), now()
     FROM systems s, agencies a WHERE a.code = 'G1'`,
    [documentId],
  );
  await before.query(
    `INSERT INTO document_files (document_id, position, role, name, content_type, size, sha256, submitted_sha256)
     VALUES ($1, 0, 'main', 'a.pdf', 'application/pdf', 3, '\\x00', '\\x00')`,
    [documentId],
  );
  await before.query(
    `INSERT INTO deliveries (document_id, id, agency_id, requested_as, succession, state, routed_at, available_at, updated_at)
     SELECT $1, $2, id, '{G2}', '{}', 'available', now(), now(), now() FROM agencies WHERE code = 'G2'`,
    [documentId, deliveryId],
  );
  await before.destroy();

  await migrate(database.url);
  now = await createDataSource(database.url, { pool: 2 }).initialize();
});

afterAll(async () => {
  await now.destroy();
  await database.drop();
});

it('gives every agency a version and a number of its own', async () => {
  const { entries, more } = await new Directory(now).listSince(0, 100);
  expect({ length: entries.length, more }).toEqual({ length: 50, more: false });
  expect(new Set(entries.map(({ version }) => version)).size).toBe(50);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(50);
  expect(entries[0]?.codes).toMatchObject([{ current: true }]);
});

it('keeps documents and deliveries, and what their life needs to know of them', async () => {
  const stored = await new DocumentStore(now).find(documentId);
  expect(stored?.document).toMatchObject({
    business: { type: 'new' },
    version: 1,
    originalId: null,
    claims: ['G1,2026/11/20,7816/VPCP-TTĐT'],
  });
  const delivery = await new DeliveryStore(now).find(deliveryId);
  expect(delivery).toMatchObject({
    state: 'available',
    senderAgencyId: stored?.document.fromAgencyId,
    amendment: 'none',
  });
});
