import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { Refusal, refusal } from '@axis/edoc';
import { leavingOpen } from './leaving-open';

const PART = 'file_doc';
/** RFC 2046 §5.1.1: at most 70 characters; nothing that would need quoting is in use. */
const FIRST_LINE = /^(?:\r?\n)*--([\w'()+,./:=? -]{1,70}?)[ \t]*\r?\n/;
const LONGEST_FIRST_LINE = 256;
const LIMITS = { parts: 20, headerPairs: 50, headerSize: 16 * 1024 };

/**
 * Gives the part `file_doc` of a multipart body (RFC 7578) to `take` as it streams in. The boundary is found in the body itself:
 * clients in use call it application/octet-stream. What `take` leaves unread is not waited for.
 * @throws Refusal `request.malformed` or `upload.interrupted`; whatever `take` throws
 */
export async function readFileDoc<T>(body: Readable, take: (file: Readable) => Promise<T>): Promise<T> {
  const pieces = leavingOpen(body);
  const { boundary, head } = await firstLine(pieces);
  const form = new Busboy({
    headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
    isPartAFile: () => true,
    preservePath: true,
    limits: LIMITS,
  });
  const enough = new AbortController();
  let feeding: Promise<void> | undefined;
  try {
    const taking = takePart(form, take);
    feeding = pipeline(Readable.from(joined(head, pieces)), form, { signal: enough.signal });
    return await Promise.race([taking, feeding.then(() => taking)]);
  } catch (error) {
    throw readable(error);
  } finally {
    enough.abort();
    feeding?.catch(() => undefined);
  }
}

function takePart<T>(form: BusboyInstance, take: (file: Readable) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let found = false;
    const ended = new Promise<void>((end) => form.once('finish', end));
    form.on('file', (name: string, file: Readable) => {
      // A part cut off tells so to its reader; without one it must not end the process.
      file.on('error', reject);
      if (found || name !== PART) {
        file.resume();
        return;
      }
      found = true;
      take(file)
        // The whole part was read: then the whole body must be there too.
        .then(async (taken) => (file.readableEnded ? ended.then(() => taken) : taken))
        .then(resolve, reject);
    });
    form.once('error', reject);
    void ended.then(() => {
      if (!found) reject(refusal('request.malformed', { detail: `multipart: ${PART} is missing` }));
    });
  });
}

async function firstLine(pieces: AsyncIterator<Buffer>): Promise<{ boundary: string; head: Buffer }> {
  let head = Buffer.alloc(0);
  for (;;) {
    const { value, done } = (await pieces.next()) as IteratorResult<Buffer, undefined>;
    if (!done) head = Buffer.concat([head, value]);
    const boundary = FIRST_LINE.exec(head.toString('latin1', 0, LONGEST_FIRST_LINE))?.[1];
    if (boundary !== undefined) return { boundary, head };
    if (done || head.length >= LONGEST_FIRST_LINE) {
      throw refusal('request.malformed', { detail: 'the body is no multipart/form-data' });
    }
  }
}

async function* joined(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** The parser fails in its own words; to the client they mean one of two things. */
function readable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  if (/unexpected end of multipart|terminated early|premature close|aborted/i.test(error.message)) {
    return refusal('upload.interrupted');
  }
  return /multipart|malformed|header/i.test(error.message)
    ? refusal('request.malformed', { detail: error.message })
    : error;
}
