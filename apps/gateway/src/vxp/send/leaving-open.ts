import type { Readable } from 'node:stream';

/**
 * What comes of a stream, which stays as it is when its reader stops before its end. (Breaking off a `for await` would destroy it:
 * an upload's answer could not be read any more.)
 */
export async function* leavingOpen(stream: Readable): AsyncGenerator<Buffer> {
  const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  for (;;) {
    const piece = await pieces.next();
    if (piece.done) return;
    yield piece.value;
  }
}
