import { createHash, randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { readEdxml } from '../read';
import {
  accepted,
  attachment,
  chunks,
  codes,
  documentMessage,
  PDF,
  QUIET,
  read,
  reference,
  TODAY,
  UUID,
  zip,
} from '../testing/messages';
import type { ContentForm } from './intake';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('attachments', () => {
  const wrapped = zip({ [`${UUID}.pdf`]: PDF });
  const only = (name: string, content: Buffer | string, type?: string) =>
    documentMessage({ attachments: attachment('cong-van', name, content, type) });

  it.each([
    ['labelled application/zip', 'application/zip', wrapped],
    ['labelled PDF', 'application/pdf', wrapped],
    ['stored, not deflated', 'application/zip', zip({ [`${UUID}.pdf`]: PDF }, { stored: true })],
    ['written as a stream', 'application/zip', zip({ [`${UUID}.pdf`]: PDF }, { streamed: true })],
  ])(
    'a ZIP around one file, %s, is unwrapped: name from AttachmentName, both hashes kept',
    async (_, type, content) => {
      const { attachments, warnings } = await accepted(only('Công văn 7816.pdf', content, type));
      expect(codes(warnings)).toEqual(
        [...QUIET, 'attachment.unwrapped'].sort((a) => (a === 'signature.missing' ? 1 : -1)),
      );
      expect(attachments).toMatchObject([
        {
          name: 'Công văn 7816.pdf',
          contentType: 'application/pdf',
          form: 'unwrapped',
          size: PDF.length,
          sha256: sha256(PDF),
          unwrappedFrom: { contentType: type, size: content.length, sha256: sha256(content) },
        },
      ]);
    },
  );

  it.each([
    ['called .zip by its sender', 'hồ sơ.zip', wrapped],
    ['of several files', 'hồ sơ.pdf', zip({ [`${UUID}.pdf`]: PDF, 'b.pdf': PDF })],
    ['of one folder', 'hồ sơ.pdf', zip({ 'a/': Buffer.alloc(0) }, { stored: true })],
  ])('a ZIP %s stays as it is', async (_, name, content) => {
    const { attachments } = await accepted(only(name, content, 'application/zip'));
    expect(attachments).toMatchObject([{ name, form: 'as_sent', sha256: sha256(content), unwrappedFrom: undefined }]);
  });

  const replaced = Buffer.from(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj', 'latin1').toString('utf8'));
  const damaged = Buffer.from(wrapped);
  damaged.writeUInt8(damaged.readUInt8(70) ^ 0xff, 70);
  it.each([
    ['a PDF in which every byte beyond ASCII became EF BF BD', replaced],
    ['a truncated ZIP', wrapped.subarray(0, wrapped.length - 30)],
    ['a ZIP truncated within its file', wrapped.subarray(0, 80)],
    ['a ZIP with a flipped byte', damaged],
    ['truncated base64', PDF.toString('base64').slice(0, -5)],
    ['base64 with one character too many', `${PDF.toString('base64').replace(/=+$/, '')}AAAAA`],
    ['something that is no base64', 'Đây không phải base64'],
    ['base64 that goes on after its padding', 'JVBERg==JVBERg=='],
  ])('%s is refused as corrupted', async (_, content) => {
    const { errors, message } = await read(only('a.pdf', content));
    expect(codes(errors)).toEqual(['attachment.corrupted']);
    expect(message).toBeUndefined();
  });

  it('with UTF-8 text that holds EF BF BD are not taken for damaged', async () => {
    await accepted(only('a.txt', Buffer.from('ký tự \uFFFD'), 'text/plain'));
    await accepted(only('a.pdf', Buffer.concat([PDF, Buffer.from('\uFFFD')])));
  });

  it.each([
    ['empty', only('a.pdf', ''), 'attachment.empty'],
    [
      'without content',
      documentMessage({ attachments: '<Attachment><ContentId>cid:cong-van</ContentId></Attachment>' }),
      'attachment.empty',
    ],
    ['named in the manifest only', documentMessage({ attachments: '' }), 'attachment.missing'],
    [
      'named in the manifest twice, there once',
      documentMessage({ manifest: reference('cong-van') + reference('phu-luc') }),
      'attachment.missing',
    ],
  ])('%s are refused', async (_, message, code) => {
    expect(codes((await read(message)).errors)).toEqual([code]);
  });

  it('have no dangerous names', async () => {
    const { attachments } = await accepted(only('../../etc/công văn.pdf', PDF));
    expect(attachments[0]?.name).toBe('công văn.pdf');
  });

  it('in CDATA are read too', async () => {
    const { attachments } = await accepted(only('a.pdf', `<![CDATA[${PDF.toString('base64')}]]>`));
    expect(attachments[0]?.sha256).toBe(sha256(PDF));
  });

  it('that unpack to more than is allowed are refused', async () => {
    const bomb = zip({ [`${UUID}.pdf`]: Buffer.alloc(20 * 1024 * 1024) });
    const { errors } = await read(only('a.pdf', bomb), { maxUnwrapped: 1024 * 1024 });
    expect(codes(errors)).toEqual(['attachment.too_large']);
  });

  it('are given on as sent and unwrapped, each to its own receiver', async () => {
    const big = randomBytes(300_000);
    const names = {
      attachments: attachment('a', 'a.bin', big) + attachment('b', 'b.pdf', wrapped),
      manifest: reference('a') + reference('b'),
    };
    const received = new Map<string, Buffer>();
    const receive = (index: number, form: ContentForm) => collect((bytes) => received.set(`${index} ${form}`, bytes));
    const reading = await readEdxml(chunks(Buffer.from(documentMessage(names)), 1000), { now: TODAY, receive });
    expect(reading.attachments.map(({ index, form }) => `${index} ${form}`)).toEqual(['0 as_sent', '1 unwrapped']);
    expect([...received.keys()].sort()).toEqual(['0 as_sent', '1 as_sent', '1 unwrapped']);
    expect(received.get('0 as_sent')?.equals(big)).toBe(true);
    expect(received.get('1 as_sent')?.equals(wrapped)).toBe(true);
    expect(received.get('1 unwrapped')?.equals(PDF)).toBe(true);
  });

  it('of a message that breaks off are abandoned', async () => {
    const sinks: Writable[] = [];
    const receive = () => {
      sinks.push(collect(() => undefined));
      return sinks.at(-1) ?? new Writable();
    };
    const cut = Buffer.from(documentMessage({ attachments: attachment('a', 'a.bin', randomBytes(100_000)) })).subarray(
      0,
      90_000,
    );
    const { errors } = await read(cut, { receive });
    expect(codes(errors)).toEqual(['xml.unfinished']);
    expect(sinks.map((sink) => sink.destroyed)).toEqual([true]);
  });

  it('whose receiver fails fail the reading', async () => {
    const receive = () =>
      new Writable({
        write: (_, __, done) => {
          done(new Error('the disk is full'));
        },
      });
    await expect(read(only('a.bin', randomBytes(200_000)), { receive })).rejects.toThrow('the disk is full');
  });
});

function collect(done: (bytes: Buffer) => void): Writable {
  const pieces: Buffer[] = [];
  return new Writable({
    write: (piece: Buffer, _, next) => {
      pieces.push(piece);
      setImmediate(next);
    },
    final: (next) => {
      done(Buffer.concat(pieces));
      next();
    },
  });
}
