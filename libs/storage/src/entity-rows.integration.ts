import { type DeliveryId, type DocumentId, newAgencyId, newDeliveryId, newDocumentId } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import { DeliveryEntity, newDelivery } from './deliveries/delivery.entity';
import { DeliveryStore } from './deliveries/delivery.store';
import { DocumentEntity, DocumentFileEntity } from './documents/document.entity';
import { DocumentStore, type StoredDocument } from './documents/document.store';
import { ReceiptEntity } from './receipts/receipt.entity';
import { ReceiptStore } from './receipts/receipt.store';

let storage: TestStorage;
beforeAll(async () => {
  storage = await testStorage();
});
afterAll(() => storage.drop());

const AWKWARD = 'V/v “đẩy mạnh” \\x41 {a,"b"} NULL \t – ký số';

function storedDocument(id = newDocumentId()): StoredDocument {
  const file = (position: number, role: 'main' | 'attachment'): DocumentFileEntity => ({
    documentId: id,
    position,
    role,
    name: `${AWKWARD}.pdf`,
    contentType: 'application/pdf',
    size: '9007199254740993',
    sha256: Buffer.from([0, 1, 254, 255]),
    submittedSha256: Buffer.from('\\x00'),
  });
  return {
    document: {
      id,
      systemId: newAgencyId(),
      fromAgencyId: newAgencyId(),
      fromCode: 'G22',
      reference: `G22,2026/01/31,${id}`,
      number: '7816',
      notation: 'VPCP-TTĐT',
      kind: 'cong-van',
      subject: AWKWARD,
      promulgatedOn: '2026-01-31',
      urgency: 3,
      details: { content: AWKWARD, pageCount: 2 },
      addressees: [{ code: 'H17.05' }, { code: '000.00.00.G12' }],
      seal: true,
      sealFallsShort: false,
      state: 'submitted',
      signatures: null,
      rejection: null,
      submittedAt: new Date('2026-01-31T17:00:00.123Z'),
      verifiedAt: null,
      routedAt: null,
      withdrawnAt: null,
      business: { type: 'update', receivers: [{ code: 'H17', agencyId: newAgencyId(), change: 'removed' }] },
      originalId: newDocumentId(),
      version: 2,
      claims: [AWKWARD, 'G22,2026/01/31,7816/VPCP-TTĐT'],
      expiredAt: null,
    },
    files: [file(0, 'main'), file(1, 'attachment')],
  };
}

describe('a document and its files', () => {
  it('come back as they were stored, and as TypeORM reads them', async () => {
    const { dataSource } = storage;
    const documents = new DocumentStore(dataSource);
    const stored = storedDocument();
    await documents.insert(dataSource.manager, stored);
    const loaded = await documents.find(stored.document.id as DocumentId);
    expect(loaded).toEqual(stored);
    const { id } = stored.document;
    expect(loaded?.document).toEqual(await dataSource.manager.findOneByOrFail(DocumentEntity, { id }));
    const files = await dataSource.manager.find(DocumentFileEntity, {
      where: { documentId: id },
      order: { position: 'ASC' },
    });
    expect(loaded?.files).toEqual(files);
  });

  it('come in the order asked, each once, those that are not there left out', async () => {
    const documents = new DocumentStore(storage.dataSource);
    const [first, second] = [storedDocument(), storedDocument()];
    for (const one of [first, second]) await documents.insert(storage.dataSource.manager, one);
    const [a, b] = [first.document.id as DocumentId, second.document.id as DocumentId];
    const loaded = await documents.load([b, newDocumentId(), a, b]);
    expect(loaded.map(({ document }) => document.id)).toEqual([b, a]);
    expect(await documents.load([])).toEqual([]);
  });
});

it('deliveries come back as TypeORM reads them', async () => {
  const { dataSource } = storage;
  const deliveries = new DeliveryStore(dataSource);
  const documentId = newDocumentId();
  const routedAt = new Date('2026-01-31T17:00:00.123Z');
  const delivery = newDelivery(
    {
      documentId,
      id: newDeliveryId(documentId),
      agencyId: newAgencyId(),
      senderAgencyId: newAgencyId(),
      requestedAs: ['G14', '000.00.00.G14'],
      succession: ['G14', 'G07'],
      routedAt,
    },
    {
      state: 'failed',
      problem: { code: 'addressee.closed', params: { agency: AWKWARD } },
      arrivalNumber: 7,
      arrivalYear: 2026,
    },
  );
  expect([...(await deliveries.insert(dataSource.manager, [delivery]))]).toEqual([delivery.id]);
  expect((await deliveries.insert(dataSource.manager, [delivery])).size).toBe(0);
  const loaded = await deliveries.loadMany([delivery.id as DeliveryId], [documentId]);
  expect(loaded).toEqual([delivery]);
  expect(loaded).toEqual([await dataSource.manager.findOneByOrFail(DeliveryEntity, { documentId })]);
  expect(await deliveries.loadMany([], [documentId])).toEqual([]);
});

it('an event gets one receipt, the first', async () => {
  const { dataSource } = storage;
  const receipts = new ReceiptStore(dataSource);
  const documentId = newDocumentId();
  const receipt = (jws: string, deliveryId: string | null): ReceiptEntity => ({
    documentId,
    id: documentId,
    deliveryId,
    kind: 'ContentConsignment',
    occurredAt: new Date('2026-01-31T17:00:00.123Z'),
    jws,
  });
  const first = receipt(AWKWARD, newDeliveryId(documentId));
  await receipts.append(dataSource.manager, [first, receipt('second', null)]);
  await receipts.append(dataSource.manager, [receipt('third', null)]);
  await receipts.append(dataSource.manager, []);
  const kept = await receipts.ofDocument(documentId, { limit: 10 });
  expect(kept).toEqual([first]);
});
