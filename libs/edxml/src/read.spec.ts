import { codes, documentMessage, read } from './testing/messages';

describe('a document message', () => {
  it('is read', async () => {
    const reading = await read(documentMessage());
    expect(reading.errors).toEqual([]);
    expect(codes(reading.warnings)).toEqual(['signature.missing']);
    expect(reading.message).toMatchObject({ kind: 'document' });
    expect(reading.attachments).toMatchObject([{ name: 'công văn.pdf' }]);
  });
});
