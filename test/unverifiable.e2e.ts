import { type DocumentId, parseDocumentId } from '@axis/edoc';
import { newEvent } from '@axis/messaging';
import { DocumentStore } from '@axis/storage';
import { VerifyDocuments } from '../apps/signer/src/verify-documents';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, signedPdf } from './support/letter';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

let axis: TestAxis;
let sender: Joined;

beforeAll(async () => {
  axis = await TestAxis.start();
  sender = await axis.join('G22');
});

afterAll(() => axis.stop());

it('a document that cannot be examined is tried again, and at last its sender learns that it was not sent', async () => {
  const bytes = await signedPdf(axis.ground.config.keys.dir);
  const sent = await sender.dms.send(letter(), [{ name: 'a.pdf', bytes }]);
  const documentId = parseDocumentId(sent.id) as DocumentId;
  // As if its content had been lost before the signer came to it.
  const { database } = axis.ground;
  await database.query(`UPDATE documents SET state = 'submitted' WHERE id = $1`, [documentId]);
  await database.query(`UPDATE document_files SET sha256 = '\\x00' WHERE document_id = $1`, [documentId]);

  const signer = axis.app.get(VerifyDocuments, { strict: false });
  const event = newEvent({ type: 'document.submitted', subject: documentId, source: 'test', data: { documentId } });
  const attempt = (count: number) => signer.verify([{ event, attempt: count, redelivered: false }]);
  await expect(attempt(5)).rejects.toThrow();
  expect((await axis.app.get(DocumentStore, { strict: false }).find(documentId))?.document.state).toBe('submitted');
  await attempt(6);

  const { state, rejection } = await sender.dms.document(documentId);
  expect([state, rejection?.code]).toEqual(['rejected', 'document.unverifiable']);
  await eventually(async () => {
    const kinds = (await sender.dms.receipts(documentId)).map(({ kind }) => kind);
    expect(kinds).toContain('SubmissionRejection');
  });
});
