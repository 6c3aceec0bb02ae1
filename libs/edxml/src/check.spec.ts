import { createHash } from 'node:crypto';
import { checkEdxml } from './check';
import { attachment, chunks, documentMessage, PDF, RESPONSE_FOR, statusMessage, TODAY, zip } from './testing/messages';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const check = (message: string | Buffer) =>
  checkEdxml('a.edxml', chunks(Buffer.from(message as string)), { now: TODAY });

describe('checking a file', () => {
  it('says what a document is, in exactly these fields', async () => {
    const wrapped = zip({ '7d2c0f0a-38d5-4c0e-9c1b-8f3c4e0b7a11.pdf': PDF });
    const message = documentMessage({
      attachments: attachment('cong-van', 'công văn.pdf', wrapped, 'application/zip'),
    });
    expect(await check(message)).toEqual({
      file: 'a.edxml',
      kind: 'document',
      ok: true,
      errors: [],
      warnings: [
        {
          code: 'attachment.unwrapped',
          path: '/edXML/AttachmentEncoded/Attachment',
          line: 24,
          message: 'column 76: unwrapped from a ZIP that holds 7d2c0f0a-38d5-4c0e-9c1b-8f3c4e0b7a11.pdf',
        },
        {
          code: 'signature.missing',
          path: '/edXML/edXMLEnvelope/edXMLHeader',
          line: 4,
          message: 'column 5: the message has no signature',
        },
      ],
      documentId: 'G22,2020/10/30,7816/VPCP-TTĐT',
      from: 'G22',
      to: ['H17'],
      businessType: 0,
      statusCode: null,
      attachments: [
        {
          name: 'công văn.pdf',
          contentType: 'application/pdf',
          size: PDF.length,
          sha256: sha256(PDF),
          unwrappedFrom: { contentType: 'application/zip', size: wrapped.length, sha256: sha256(wrapped) },
        },
      ],
    });
  });

  it('says what a status is', async () => {
    expect(await check(statusMessage(`${RESPONSE_FOR}<edXML:StatusCode>05</edXML:StatusCode>`))).toMatchObject({
      kind: 'status',
      ok: true,
      documentId: 'G22,2020/10/30,7816/VPCP-TTĐT',
      from: 'H17',
      to: ['G22'],
      businessType: null,
      statusCode: '05',
      attachments: [],
    });
  });

  it('says what it can of a message that breaks off', async () => {
    const message = documentMessage();
    expect(await check(message.slice(0, message.indexOf('<edXML:Subject>')))).toMatchObject({
      kind: 'document',
      ok: false,
      errors: [
        {
          code: 'xml.unfinished',
          path: '/edXML/edXMLEnvelope/edXMLHeader/MessageHeader',
          line: 11,
          message: 'column 9: the text ends before </edXML:MessageHeader>',
        },
      ],
      from: 'G22',
      to: ['H17'],
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'xml.unfinished'],
    ['a PDF', PDF, 'xml.before_prolog'],
    ['UTF-16', Buffer.from(documentMessage(), 'utf16le'), 'encoding.unsupported'],
    ['another code page', Buffer.from(documentMessage(), 'latin1'), 'encoding.invalid'],
    ['JSON', Buffer.from('{"kind":"document"}'), 'xml.before_prolog'],
  ])('answers for %s too', async (_, bytes, code) => {
    expect(await check(bytes)).toMatchObject({ ok: false, errors: [{ code }], to: [], attachments: [] });
  });

  it('answers whatever single byte is changed or lost, and the same in pieces', async () => {
    const sound = Buffer.from(statusMessage(`${RESPONSE_FOR}<edXML:StatusCode>05</edXML:StatusCode>`));
    for (let at = 0; at < sound.length; at++) {
      for (const byte of ['<', '&', '"', '\u00ff', '']) {
        const changed = Buffer.concat([sound.subarray(0, at), Buffer.from(byte, 'latin1'), sound.subarray(at + 1)]);
        const whole = await check(changed);
        expect(await checkEdxml('a.edxml', chunks(changed, 61), { now: TODAY })).toEqual(whole);
        expect(whole.ok || whole.errors.length > 0).toBe(true);
      }
    }
  });
});
