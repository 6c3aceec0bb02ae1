import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { vietnamDate } from '@axis/edoc';
import { samplePdf } from '@axis/testing';
import type { SentDocument } from '../apps/axis/src/demo/dms';
import { eventually } from '../libs/messaging/src/testing/kit';
import { multipartBody, openUpload, uploadBytes } from './support/interrupted-upload';
import { type Description, letter, sha256, signedPdf } from './support/letter';
import { type Answer, askToken, type Part, Rest } from './support/rest';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

const MIB = 1024 ** 2;
const LIMITS = { pdf: 2 * MIB, file: 3 * MIB, files: 3 };
const TABLES = [
  ...['documents', 'document_files', 'document_references', 'idempotency_keys', 'contents', 'content_chunks'],
  ...['uploads', 'deliveries', 'delivery_statuses', 'receipts', 'outbox'],
];

let axis: TestAxis;
let sender: Joined;
let receiver: Joined;
let pdf: Buffer;
let main: Part;

beforeAll(async () => {
  axis = await TestAxis.start({
    MAX_PDF_BYTES: String(LIMITS.pdf),
    MAX_FILE_BYTES: String(LIMITS.file),
    MAX_FILES: String(LIMITS.files),
  });
  sender = await axis.join('G22', 'G11');
  receiver = await axis.join('H17.05');
  pdf = await signedPdf(axis.ground.config.keys.dir);
  main = { name: 'a.pdf', bytes: pdf };
});

afterAll(() => axis.stop());

async function rowsOfAll(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) counts[table] = await axis.ground.count(table);
  return counts;
}

/** Nothing of what is done is left in any table; what is discarded after the answer is waited for. */
async function leavesNothing(act: () => Promise<void>): Promise<void> {
  const before = await rowsOfAll();
  await act();
  await eventually(async () => {
    expect(await rowsOfAll()).toEqual(before);
  });
}

function expectProblem(answer: Pick<Answer, 'status' | 'body'>, status: number, code: string): string {
  const problem = answer.body as { detail: string; messages: { vi: string; en: string } };
  expect({ status: answer.status, body: problem }).toMatchObject({
    status,
    body: { status, code, type: `urn:axis:problem:${code}`, title: code },
  });
  return problem.detail;
}

/** The same answer in both languages, and nothing left behind by either. */
async function expectRefusal(
  ask: (headers: Record<string, string>) => Promise<Answer>,
  status: number,
  code: string,
): Promise<string> {
  let english = '';
  await leavesNothing(async () => {
    const answer = await ask({});
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    const detail = expectProblem(answer, status, code);
    expect(detail).toBe((answer.body as { messages: { vi: string } }).messages.vi);
    expect(detail).toMatch(/[ăâđêôơưạảấầậắặẹệịọốộớợụứựỳáàéèíìóòúù]/iu);
    const inEnglish = await ask({ 'accept-language': 'en-GB,en;q=0.9' });
    english = expectProblem(inEnglish, status, code);
    expect(english).toBe((inEnglish.body as { messages: { en: string } }).messages.en);
    expect(english).not.toBe(detail);
  });
  return english;
}

const send = (differences: Description, files?: readonly Part[]) => (headers: Record<string, string>) =>
  sender.rest.submit(letter(differences), files ?? [main], headers);

describe('a description that is wrong', () => {
  const tomorrow = vietnamDate(new Date(Date.now() + 36 * 3_600_000));
  it.each<[string, Description, number, string]>([
    ['an addressee nobody knows', { to: ['H17.05', 'H99.99'] }, 422, 'addressee.unknown'],
    ['an addressee that is no code', { to: ['Sở Tài chính'] }, 422, 'addressee.unknown'],
    ['a closed addressee without successor', { to: ['H17.05', 'G24'] }, 422, 'addressee.closed'],
    ['no addressee', { to: [] }, 422, 'addressees.missing'],
    ['the sender itself', { to: ['H17.05', '000.00.00.G22'] }, 422, 'addressee.is_sender'],
    ["an agency that is not the caller's", { from: 'G12' }, 403, 'sender.not_yours'],
    ['a sender nobody knows', { from: 'G99' }, 422, 'sender.unknown'],
    ['a sender that is no code', { from: 'Văn phòng Chính phủ' }, 422, 'sender.unknown'],
    ['a closed sender', { from: 'G14' }, 422, 'sender.closed'],
    ['a marking of state secrecy', { secrecy: 'Tối mật' }, 422, 'document.state_secret'],
    ['a marking without dấu', { secrecy: 'MAT' }, 422, 'document.state_secret'],
    ['a mark before the subject', { subject: '[TUYỆT MẬT] V/v bố trí lực lượng' }, 422, 'document.state_secret'],
    ['a day of signing in the future', { promulgatedOn: tomorrow }, 422, 'date.in_future'],
    ['a day that does not exist', { promulgatedOn: '2025-02-30' }, 422, 'date.invalid'],
    ['a day of the year 0', { promulgatedOn: '0000-01-01' }, 422, 'date.invalid'],
    ['a due day that does not exist', { dueOn: '2025-13-01' }, 422, 'date.invalid'],
    ['a kind of document there is not', { kind: 'thiệp mừng' }, 422, 'document.kind_unknown'],
    ['a control character in the subject', { subject: 'V/v\u0000' }, 400, 'request.malformed'],
    ['a control character in a name', { signer: { fullName: 'A\u001b[2J' } }, 400, 'request.malformed'],
    ['half a surrogate pair', { subject: 'V/v \ud800' }, 400, 'request.malformed'],
    ['the other half', { documentId: 'x\udc00' }, 400, 'request.malformed'],
    ['what is no character in XML', { content: '\uffff' }, 400, 'request.malformed'],
    ['a number with a slash', { number: '12/3' }, 422, 'document.number_invalid'],
  ])('%s', async (_, differences, status, code) => {
    await expectRefusal(send(differences), status, code);
  });

  it('is answered before its files are read, and the answer is read while they are still being sent', async () => {
    const large = { name: 'lớn.pdf', bytes: Buffer.alloc(200_000) };
    for (let again = 0; again < 30; again++) {
      const answer = await sender.rest.submit(letter({ from: 'G99' }), [large]);
      expect(answer).toMatchObject({ status: 422, body: { code: 'sender.unknown' } });
    }
  });

  it('says so of a body that is too large, however fast it is sent', async () => {
    const reason = 'x'.repeat(10_000_000);
    for (let again = 0; again < 10; again++) {
      const answer = await sender.rest.post('/v1/subscriptions', { reason });
      expect(answer).toMatchObject({ status: 413, body: { code: 'body.too_large' } });
    }
  });

  it('10,000 addressees', async () => {
    const to = Array.from({ length: 10_000 }, (_, i) => `H17.${i}`);
    expect(await expectRefusal(send({ to }), 413, 'addressees.too_many')).toBe(
      '10000 addressees are over the limit of 2000.',
    );
  });

  it('unknown, missing and mistyped fields, all told in one answer', async () => {
    const description = letter({ from: undefined, colour: 'red', urgency: '1', to: 'H17.05', number: '' });
    const detail = await expectRefusal(
      (headers) => sender.rest.submit(description, [main], headers),
      400,
      'request.malformed',
    );
    for (const field of ['colour', 'from', 'urgency', 'to', 'number']) expect(detail).toContain(field);
  });

  it.each<[string, unknown]>([
    ['broken JSON', '{"from": "G22", '],
    ['JSON that is no object', '[]'],
    ['JSON that names __proto__', '{"__proto__": {"from": "G22"}}'],
    ['nothing', ''],
  ])('%s', async (_, description) => {
    await expectRefusal((headers) => sender.rest.submit(description, [main], headers), 400, 'request.malformed');
  });

  it('a description over 4 MiB', async () => {
    const content = 'x'.repeat(4 * MIB);
    await expectRefusal(send({ content }), 413, 'body.too_large');
  });

  it('no description, or not as the first part', async () => {
    const form = (): FormData => {
      const parts = new FormData();
      parts.append('file', new Blob([new Uint8Array(pdf)], { type: 'application/pdf' }), 'a.pdf');
      parts.append('document', JSON.stringify(letter()));
      return parts;
    };
    await expectRefusal(
      (headers) => sender.rest.ask('/v1/documents', { method: 'POST', headers, body: form() }),
      400,
      'request.malformed',
    );
  });

  it('a second field', async () => {
    await expectRefusal(
      (headers) => {
        const form = new FormData();
        form.append('document', JSON.stringify(letter()));
        form.append('comment', 'gấp');
        form.append('file', new Blob([new Uint8Array(pdf)], { type: 'application/pdf' }), 'a.pdf');
        return sender.rest.ask('/v1/documents', { method: 'POST', headers, body: form });
      },
      400,
      'request.malformed',
    );
  });

  it('no multipart at all', async () => {
    await expectRefusal((headers) => sender.rest.post('/v1/documents', letter(), headers), 415, 'request.unsupported');
  });

  it('multipart without a boundary, and without a body', async () => {
    const bare = (type: string) => (headers: Record<string, string>) =>
      sender.rest.ask('/v1/documents', { method: 'POST', headers: { ...headers, 'content-type': type }, body: '' });
    await expectRefusal(bare('multipart/form-data'), 400, 'request.malformed');
    await expectRefusal(bare('multipart/form-data; boundary=x'), 400, 'request.malformed');
  });
});

describe('files that are wrong', () => {
  const other: Part = { name: 'b.txt', bytes: Buffer.from('phụ lục'), type: 'text/plain' };
  const of = (bytes: number, name = 'a.pdf'): Part => ({ name, bytes: Buffer.alloc(bytes, '%PDF-1.7\n') });
  const big = (name: string): Part => ({ name, bytes: Buffer.alloc(2 * MIB), type: 'application/zip' });

  it.each<[string, Description, () => readonly Part[], number, string]>([
    ['no file', {}, () => [], 422, 'document.no_pdf'],
    ['a PDF by name only', {}, () => [{ name: 'a.pdf', bytes: Buffer.from('PK\x03\x04') }], 422, 'document.not_pdf'],
    ['no PDF among the files', {}, () => [other], 422, 'document.not_pdf'],
    ['an attached PDF by name only', {}, () => [main, { ...other, name: 'b.pdf' }], 422, 'document.not_pdf'],
    ['an empty main file', {}, () => [of(0)], 422, 'file.empty'],
    ['an empty attachment', {}, () => [main, of(0, 'b.txt')], 422, 'file.empty'],
    ['an empty one after a large one', {}, () => [main, big('b.zip'), of(0, 'c.txt')], 422, 'file.empty'],
    ['a PDF over its limit', {}, () => [of(LIMITS.pdf + 1)], 413, 'body.too_large'],
    ['an attachment over the limit', {}, () => [main, of(LIMITS.file + 1, 'b.pdf')], 413, 'body.too_large'],
    ['too many files', {}, () => [main, other, other, other], 413, 'files.too_many'],
    ['far too many files', {}, () => [main, ...Array<Part>(20).fill(other)], 413, 'files.too_many'],
    ['another hash than promised', promised('0'.repeat(64)), () => [main], 422, 'file.hash_mismatch'],
    ['another hash of a large one', promised('0'.repeat(64)), () => [of(LIMITS.pdf)], 422, 'file.hash_mismatch'],
    ['an announced file that is missing', announced('a.pdf', 'b.pdf'), () => [main], 422, 'file.missing'],
    ['one that nobody announced', announced('a.pdf'), () => [main, other], 422, 'file.unannounced'],
    ['a name that climbs', {}, () => [{ ...main, name: '../../etc/a.pdf' }], 422, 'file.name_invalid'],
    ['a name that climbs by backslash', {}, () => [{ ...main, name: '..\\a.pdf' }], 422, 'file.name_invalid'],
    ['an announced name that climbs', announced('../a.pdf'), () => [main], 422, 'file.name_invalid'],
    ['control characters in a name', announced('a\u0007\u0000.pdf'), () => [main], 422, 'file.name_invalid'],
    ['a name that reads backwards', announced('a\u202efdp.exe'), () => [main], 422, 'file.name_invalid'],
    ['a name of 300 characters', {}, () => [{ ...main, name: `${'ệ'.repeat(296)}.pdf` }], 422, 'file.name_invalid'],
  ])('%s', async (_, differences, files, status, code) => {
    await expectRefusal(send(differences, files()), status, code);
  });

  function announced(...names: readonly string[]): Description {
    return { files: names.map((name) => ({ name })) };
  }

  function promised(hash: string): Description {
    return { files: [{ name: 'a.pdf', sha256: hash }] };
  }

  it('a control character in the name of a part', async () => {
    await leavesNothing(async () => {
      const answer = await uploadBytes(sender.rest, multipartBody(letter(), [{ ...main, name: 'a\u0007.pdf' }]));
      expectProblem(answer, 422, 'file.name_invalid');
    });
  });

  it('a media type that is none is kept as unknown bytes', async () => {
    const strange = { ...other, type: 'text/\u0007' };
    const answer = await uploadBytes(sender.rest, multipartBody(letter(), [main, strange]));
    expect(answer.status).toBe(202);
    const [, file] = (answer.body as SentDocument).files;
    const fetched = await sender.rest.get(file?.href ?? '');
    expect(fetched.status).toBe(200);
    expect(fetched.headers.get('content-type')).toBe('application/octet-stream');
    await settled();
  });

  it('a name of 200 characters of Vietnamese is kept as it is', async () => {
    const name = `${'Công văn số liệu tháng '.repeat(6)}.pdf`;
    const answer = await sender.rest.submit(letter(), [{ name, bytes: pdf }]);
    expect(answer.status).toBe(202);
    expect((answer.body as SentDocument).files[0]?.name).toBe(name);
    await settled();
  });
});

describe('an upload that ends within', () => {
  const large = (): Part => ({ name: 'a.pdf', bytes: Buffer.alloc(LIMITS.pdf, '%PDF-1.7\n') });

  it.each([
    ['a small file', () => main],
    ['a large one', large],
  ])('%s, the connection lost', async (_, file) => {
    await leavesNothing(async () => {
      const body = multipartBody(letter(), [file()]);
      const socket = await openUpload(sender.rest, body.length);
      const uploads = await axis.ground.count('uploads');
      socket.write(body.subarray(0, body.length - 2000));
      if (body.length > MIB) {
        await eventually(async () => {
          expect(await axis.ground.count('uploads')).toBe(uploads + 1);
        });
      } else await pause(100);
      socket.destroy();
    });
  });

  it.each([
    ['a small file', () => main],
    ['a large one', large],
  ])('%s, the final boundary missing', async (_, file) => {
    await leavesNothing(async () => {
      const body = multipartBody(letter(), [file()]);
      const answer = await uploadBytes(sender.rest, body.subarray(0, body.length - 2000));
      expectProblem(answer, 400, 'upload.interrupted');
    });
  });
});

/** Until all that was sent is judged, delivered and receipted, so that counting is about what comes next. */
async function settled(): Promise<void> {
  await eventually(async () => {
    expect(await axis.ground.count('documents', `state IN ('submitted', 'verified')`)).toBe(0);
    expect(await axis.ground.count('deliveries', `state = 'routed'`)).toBe(0);
    expect(await axis.ground.count('outbox')).toBe(0);
    const events = `(SELECT count(*) FROM documents) + (SELECT count(*) FROM deliveries)`;
    expect(await axis.ground.count('receipts', `kind ~ '^(Submission|ContentConsignment)'`)).toBe(
      (await axis.ground.database.query<{ sum: number }[]>(`SELECT (${events})::int AS sum`))[0]?.sum,
    );
  });
}

describe('a document sent again', () => {
  it('is the same document: with its key, without, and with another', async () => {
    const description = letter();
    const first = await sender.rest.submit(description, [main], { 'idempotency-key': 'k-1' });
    expect(first.status).toBe(202);
    await settled();
    await leavesNothing(async () => {
      for (const headers of [{ 'idempotency-key': 'k-1' }, {}] as Record<string, string>[]) {
        const again = await sender.rest.submit(description, [main], headers);
        expect(again).toMatchObject({ status: 200, body: { id: (first.body as SentDocument).id } });
        expect(again.headers.get('location')).toBe(first.headers.get('location'));
      }
    });
    // The second key is remembered as the first document's.
    for (let times = 0; times < 2; times++) {
      const again = await sender.rest.submit(description, [main], { 'idempotency-key': 'k-2' });
      expect(again).toMatchObject({ status: 200, body: { id: (first.body as SentDocument).id } });
    }
  });

  it('in another layout of its JSON is the same too', async () => {
    const description = letter();
    const first = await sender.rest.submit(description, [main]);
    const reversed = Object.fromEntries(Object.entries(description).reverse());
    const again = await sender.rest.submit(JSON.stringify(reversed, null, 2), [main]);
    expect(again).toMatchObject({ status: 200, body: { id: (first.body as SentDocument).id } });
    await settled();
  });

  it('with the same key and other content is a conflict', async () => {
    expect((await sender.rest.submit(letter(), [main], { 'idempotency-key': 'k-3' })).status).toBe(202);
    await settled();
    await expectRefusal(
      (headers) => sender.rest.submit(letter(), [main], { ...headers, 'idempotency-key': 'k-3' }),
      409,
      'idempotency.conflict',
    );
  });

  it('under the same number with other content is a conflict, whatever its key', async () => {
    const description = letter();
    const first = await sender.rest.submit(description, [main]);
    await settled();
    const changed = { ...description, subject: 'V/v khác' };
    for (const key of [undefined, 'k-4']) {
      const detail = await expectRefusal(
        (headers) => sender.rest.submit(changed, [main], { ...headers, ...(key && { 'idempotency-key': key }) }),
        409,
        'document.conflict',
      );
      expect(detail).toContain((first.body as SentDocument).id);
    }
    const otherFile = { name: 'a.pdf', bytes: await signedPdf(axis.ground.config.keys.dir, 'Other') };
    await expectRefusal((headers) => sender.rest.submit(description, [otherFile], headers), 409, 'document.conflict');
  });

  it.each(['', 'k'.repeat(256)])('needs a key of 1 to 255 characters', async (key) => {
    await expectRefusal(
      (headers) => sender.rest.submit(letter(), [main], { ...headers, 'idempotency-key': key }),
      400,
      'request.malformed',
    );
  });
});

describe('a PDF whose signatures do not hold', () => {
  const tampered = (): Buffer => {
    const bytes = Buffer.from(pdf);
    bytes.write('(Page 2)', bytes.indexOf('(Page 1)'));
    return bytes;
  };

  it.each<[string, () => Buffer, string]>([
    ['unsigned', () => samplePdf(), 'signature.missing'],
    ['tampered with', tampered, 'signature.invalid'],
    ['cut off in the middle', () => pdf.subarray(0, pdf.length / 2), 'document.not_pdf'],
  ])('%s is rejected with a receipt, and may be mended under the same number', async (_, bytes, code) => {
    const description = letter();
    const bad = await sender.dms.send(description, [{ name: 'a.pdf', bytes: bytes() }]);
    expect(bad).toMatchObject({ state: 'rejected', rejection: { code } });
    expect(bad.rejection?.messages.vi).toContain('a.pdf');
    await eventually(async () => {
      const receipts = await sender.dms.receipts(bad.id);
      expect(receipts.map(({ kind }) => kind)).toEqual(['SubmissionRejection']);
    });
    expect(await sender.dms.deliveries(bad.id)).toEqual([]);

    const mended = await sender.dms.send(description, [{ name: 'a.pdf', bytes: pdf }]);
    expect(mended.id).not.toBe(bad.id);
    expect(mended.rejection).toBeNull();
    await eventually(async () => {
      expect((await sender.dms.deliveries(mended.id)).map(({ state }) => state)).toEqual(['available']);
    });
    expect((await sender.dms.document(bad.id)).state).toBe('rejected');
    await settled();
  });

  it('cannot be sealed by an agency whose seal the axis does not hold', async () => {
    const sent = await sender.dms.send(letter({ from: 'G11', seal: true }), [{ name: 'a.pdf', bytes: pdf }]);
    expect(sent).toMatchObject({ state: 'rejected', rejection: { code: 'seal.unavailable' } });
    await settled();
  });
});

describe('who may come in', () => {
  it.each([undefined, 'wrong-token'])('nobody with the token %s', async (token) => {
    const code = token === undefined ? 'token.missing' : 'token.invalid';
    const outsider = new Rest(axis.url, token);
    for (const path of ['/v1/inbox', '/v1/documents', '/v1/agencies', `/v1/documents/${crypto.randomUUID()}`]) {
      await expectRefusal((headers) => outsider.get(path, headers), 401, code);
    }
    await expectRefusal((headers) => outsider.submit(letter(), [main], headers), 401, code);
    const basic = { authorization: 'Basic Z2lhOm1hbw==' };
    await expectRefusal(
      (headers) => new Rest(axis.url).get('/v1/inbox', { ...headers, ...basic }),
      401,
      'token.missing',
    );
  });

  it('nobody with a wrong secret, or an id nobody knows', async () => {
    for (const [id, secret] of [
      [sender.clientId, 'wrong'],
      ['nobody', sender.secret],
    ] as const) {
      await expectRefusal((headers) => askToken(axis.url, id, secret, headers), 401, 'client.invalid');
      const { headers, body } = await askToken(axis.url, id, secret);
      expect(headers.get('www-authenticate')).toBe('Basic realm="axis"');
      expect(body).toMatchObject({ error: 'invalid_client' });
    }
  });

  it('nobody with an expired token, nor with that of a deactivated system, however often it is used', async () => {
    const leaving = await axis.join('G15');
    const hash = createHash('sha256')
      .update(leaving.rest.token ?? '')
      .digest();
    const other = await Rest.signIn(axis.url, leaving.clientId, leaving.secret);
    expect((await leaving.rest.get('/v1/inbox')).status).toBe(200);
    expect((await other.get('/v1/inbox')).status).toBe(200);
    await axis.ground.database.query('UPDATE access_tokens SET expires_at = now() WHERE token_sha256 = $1', [hash]);
    await eventually(async () => {
      expectProblem(await leaving.rest.get('/v1/inbox'), 401, 'token.invalid');
    });
    expect((await other.get('/v1/inbox')).status).toBe(200);
    await axis.ground.database.query('UPDATE systems SET active = false WHERE client_id = $1', [leaving.clientId]);
    await eventually(async () => {
      expectProblem(await other.get('/v1/inbox'), 401, 'token.invalid');
    });
    await expectRefusal(
      (headers) => askToken(axis.url, leaving.clientId, leaving.secret, headers),
      401,
      'client.invalid',
    );
  });
});

describe('requests that make no sense', () => {
  const get = (path: string) => (headers: Record<string, string>) => sender.rest.get(path, headers);

  it.each([
    ['/v1/documents/1', 404, 'document.not_found'],
    ['/v1/documents/%00', 404, 'document.not_found'],
    ["/v1/documents/'%20OR%201=1--", 404, 'document.not_found'],
    ['/v1/documents/00000000-0000-7000-8000-000000000000', 404, 'document.not_found'],
    ['/v1/documents/00000000-0000-4000-8000-000000000000/files/0', 404, 'document.not_found'],
    ['/v1/deliveries/x/receipts', 404, 'delivery.not_found'],
    ['/v1/deliveries/ffffffff-ffff-7fff-bfff-ffffffffffff', 404, 'delivery.not_found'],
    ['/v1/nothing', 404, 'route.not_found'],
    ['/v1/documents/%zz', 404, 'route.not_found'],
    [`/v1/documents/${'x'.repeat(5000)}`, 404, 'document.not_found'],
    ['/v1/documents?cursor=%00', 400, 'request.malformed'],
    ['/v1/agencies?search=%00', 400, 'request.malformed'],
    ['/v1/agencies?cursor=%00', 400, 'request.malformed'],
    ['/v1/agencies?search=', 400, 'request.malformed'],
    ['/v1/documents?from=%00', 403, 'agency.not_yours'],
    ['/v1/documents?cursor=abc', 400, 'request.malformed'],
    ['/v1/documents?limit=0', 400, 'request.malformed'],
    ['/v1/documents?limit=501', 400, 'request.malformed'],
    ['/v1/documents?limit=many&colour=red', 400, 'request.malformed'],
    ['/v1/documents?from=G12', 403, 'agency.not_yours'],
    ['/v1/inbox?cursor=00000000-0000-4000-8000-000000000000', 400, 'request.malformed'],
    ['/v1/inbox?wait=-1', 400, 'request.malformed'],
    ['/v1/inbox?wait=3600', 400, 'request.malformed'],
    ['/v1/inbox?agency=G12', 403, 'agency.not_yours'],
    ['/v1/agencies?limit=0', 400, 'request.malformed'],
  ])('%s', async (path, status, code) => {
    await expectRefusal(get(path), status, code);
  });
});

describe('what a receiver says', () => {
  let document: SentDocument;
  let delivery: string;
  const say = (path: string, body: unknown) => (headers: Record<string, string>) =>
    receiver.rest.post(`${delivery}/${path}`, body, headers);

  beforeAll(async () => {
    document = await sender.dms.send(letter(), [{ name: 'a.pdf', bytes: pdf }]);
    await settled();
    const [item] = (await sender.dms.deliveries(document.id)).map(({ id }) => id);
    delivery = `/v1/deliveries/${item ?? ''}`;
  });

  it.each<[string, string, unknown, number, string]>([
    ['a refusal without its reason', 'statuses', { code: '02' }, 422, 'status.reason_required'],
    ['a refusal with an empty reason', 'statuses', { code: '02', reason: ' ' }, 422, 'status.reason_required'],
    ["the sender's recall", 'statuses', { code: '13', reason: 'Gửi nhầm' }, 403, 'status.wrong_party'],
    ['a code there is not', 'statuses', { code: '07' }, 400, 'request.malformed'],
    ['a control character in the reason', 'statuses', { code: '01', reason: '\u0000' }, 400, 'request.malformed'],
    ['a number for a code', 'statuses', { code: 1 }, 400, 'request.malformed'],
    ['no code', 'statuses', {}, 400, 'request.malformed'],
    ['another field', 'statuses', { code: '01', état: 'x' }, 400, 'request.malformed'],
    [
      'a day that does not exist',
      'statuses',
      { code: '01', occurredAt: '2025-02-30T08:00:00Z' },
      400,
      'request.malformed',
    ],
    [
      'what is still to happen',
      'statuses',
      { code: '01', occurredAt: '2999-01-01T08:00:00+07:00' },
      422,
      'date.in_future',
    ],
    [
      'another hash than was sent',
      'acknowledgement',
      { result: 'done', sha256: sha256(Buffer.from('')) },
      422,
      'file.hash_mismatch',
    ],
    ['no hash at all', 'acknowledgement', { result: 'done', sha256: 'x' }, 400, 'request.malformed'],
    ['a result there is not', 'acknowledgement', { result: 'perhaps' }, 400, 'request.malformed'],
    ['broken JSON', 'acknowledgement', '{"result": ', 400, 'request.malformed'],
    ['nothing', 'acknowledgement', '', 400, 'request.malformed'],
    ['too much', 'acknowledgement', { result: 'fail', reason: 'x'.repeat(MIB) }, 413, 'body.too_large'],
  ])('%s', async (_, path, body, status, code) => {
    await expectRefusal(say(path, body), status, code);
    expect((await receiver.dms.inbox(0)).map(({ document: { id } }) => id)).toContain(document.id);
  });

  it('a body over the limit is told how large it may be', async () => {
    const detail = await expectRefusal(say('statuses', { code: '01', reason: 'x'.repeat(MIB) }), 413, 'body.too_large');
    expect(detail).toContain(String(MIB));
  });

  it('JSON by another name', async () => {
    await expectRefusal(
      (headers) => receiver.rest.post(`${delivery}/statuses`, '<a/>', { ...headers, 'content-type': 'text/xml' }),
      415,
      'request.unsupported',
    );
  });

  it('a range outside of the file', async () => {
    const path = `/v1/documents/${document.id}/files/0`;
    await expectRefusal(
      (headers) => receiver.rest.get(path, { ...headers, range: 'bytes=9999999-' }),
      416,
      'range.unsatisfiable',
    );
    await expectRefusal(
      (headers) => receiver.rest.get(`/v1/documents/${document.id}/files/7`, headers),
      404,
      'file.not_found',
    );
    const answer = await receiver.rest.get(path, { range: 'bytes=9999999-' });
    expect(answer.headers.get('content-range')).toBe(`bytes */${pdf.length}`);
  });

  it('completed after refused', async () => {
    expect((await say('statuses', { code: '02', reason: 'Sai thẩm quyền' })({})).status).toBe(201);
    await settled();
    await eventually(async () => {
      expect(await axis.ground.count('receipts', `kind IN ('ContentHandover', 'ConsignmentRejection')`)).toBe(2);
    });
    await expectRefusal(say('statuses', { code: '06' }), 409, 'status.impossible');
  });
});

describe('a connection on which nothing moves', () => {
  const server = () => axis.app.getHttpServer();
  let usual: number;

  beforeAll(() => {
    usual = server().timeout;
    server().timeout = 500;
  });
  afterAll(() => {
    server().timeout = usual;
  });

  it('is held for two minutes, longer than any answer takes', () => {
    expect(usual).toBe(120_000);
  });

  it.each(['/oauth/token', '/v1/inbox'])('is ended in the middle of a body for %s', async (path) => {
    const { hostname, port } = new URL(axis.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: axis\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
    );
    socket.resume().on('error', () => undefined);
    const closed = once(socket, 'close').then(() => 'closed');
    expect(await Promise.race([closed, pause(5_000, 'held')])).toBe('closed');
  });

  it('and what an upload has left behind goes with it', async () => {
    await leavesNothing(async () => {
      const body = multipartBody(letter(), [{ name: 'a.pdf', bytes: Buffer.concat([pdf, Buffer.alloc(MIB)]) }]);
      const socket = await openUpload(sender.rest, body.length);
      socket.write(body.subarray(0, MIB));
      await once(socket.resume(), 'close');
    });
  });
});
