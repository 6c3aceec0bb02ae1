import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import type { SentDocument } from '../apps/axis/src/demo/dms';
import { letter, signedPdf } from './support/letter';
import { growthOf, residentOf } from './support/resident';
import { ServiceProcess } from './support/service-process';
import { type Joined, joinAt, TestGround } from './support/test-axis';

jest.setTimeout(120_000);

const MIB = 1024 ** 2;
const SIZE = 300 * MIB;
const ROOM = 64 * MIB;
const BOUNDARY = 'axis-e2e-large';

let ground: TestGround;
let gateway: ServiceProcess;
let sender: Joined;
let pdf: Buffer;

beforeAll(async () => {
  ground = await TestGround.prepare();
  gateway = await ServiceProcess.start('gateway', ground.env);
  sender = await joinAt(gateway.url, ground, 'G22');
  pdf = await signedPdf(ground.config.keys.dir);
});

afterAll(async () => {
  await gateway.end('SIGTERM');
  await ground.clear();
});

const resident = (): number => residentOf(gateway.pid);

const growthDuring = (idle: number, work: () => Promise<void>): Promise<number> => growthOf(gateway.pid, idle, work);

/** Bytes without end, different in each MiB. */
function* pieces(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(MIB, 'Phụ lục số liệu ');
  for (let at = 0; at < size; at += MIB) {
    piece.writeUInt32BE(at / MIB);
    yield Buffer.from(piece.subarray(0, Math.min(MIB, size - at)));
  }
}

async function write(to: ClientRequest, bytes: Buffer | string): Promise<void> {
  if (!to.write(bytes)) await once(to, 'drain');
}

/** Sends a document whose attachment is never whole in anybody's memory. @returns it and the attachment's SHA-256 */
async function sendLarge(size: number): Promise<{ document: SentDocument; sha256: string }> {
  const upload = request(`${gateway.url}/v1/documents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${sender.rest.token ?? ''}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    },
  });
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
  const part = (disposition: string) => `\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
  await write(upload, `${part('name="document"')}${JSON.stringify(letter())}`);
  await write(upload, part('name="file"; filename="a.pdf"'));
  await write(upload, pdf);
  await write(upload, part('name="file"; filename="so-lieu.bin"'));
  const hash = createHash('sha256');
  for (const piece of pieces(size)) {
    hash.update(piece);
    await write(upload, piece);
  }
  upload.end(`\r\n--${BOUNDARY}--\r\n`);
  const [response] = await answered;
  const body: Buffer[] = [];
  for await (const data of response as AsyncIterable<Buffer>) body.push(data);
  expect(response.statusCode).toBe(202);
  return { document: JSON.parse(Buffer.concat(body).toString()) as SentDocument, sha256: hash.digest('hex') };
}

/** @returns the SHA-256 of what came, and how much that was */
async function fetchLarge(href: string): Promise<{ sha256: string; size: number }> {
  const headers = { authorization: `Bearer ${sender.rest.token ?? ''}` };
  const [response] = (await once(get(gateway.url + href, { headers }), 'response')) as [IncomingMessage];
  const hash = createHash('sha256');
  let size = 0;
  for await (const data of response as AsyncIterable<Buffer>) {
    hash.update(data);
    size += data.length;
  }
  return { sha256: hash.digest('hex'), size };
}

it('goes through the gateway, 300 MiB in and out, within 64 MiB of memory', async () => {
  const warm = await sendLarge(8 * MIB);
  await fetchLarge(warm.document.files[1]?.href ?? '');
  const idle = resident();

  let sent: Awaited<ReturnType<typeof sendLarge>> | undefined;
  const growthIn = await growthDuring(idle, async () => {
    sent = await sendLarge(SIZE);
  });
  const file = sent?.document.files[1];
  expect(file).toMatchObject({ name: 'so-lieu.bin', size: SIZE, sha256: sent?.sha256 });
  expect(growthIn).toBeLessThan(ROOM);

  const growthOut = await growthDuring(idle, async () => {
    expect(await fetchLarge(file?.href ?? '')).toEqual({ sha256: sent?.sha256, size: SIZE });
  });
  expect(growthOut).toBeLessThan(ROOM);
});

it('may be fetched by ten at once within 128 MiB', async () => {
  const { document, sha256 } = await sendLarge(40 * MIB);
  const idle = resident();
  const growth = await growthDuring(idle, async () => {
    const fetched = await Promise.all(Array.from({ length: 10 }, () => fetchLarge(document.files[1]?.href ?? '')));
    for (const one of fetched) expect(one).toEqual({ sha256, size: 40 * MIB });
  });
  expect(growth).toBeLessThan(2 * ROOM);
});
