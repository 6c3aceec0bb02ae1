import type { Readable } from 'node:stream';
import { refusal } from '@axis/edoc';
import { leavingOpen } from '../send/leaving-open';

const MOST_BYTES = 64 * 1024;

/** A body of some fields, as text. @throws Refusal `body.too_large` */
export async function smallBody(body: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of leavingOpen(body)) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw refusal('body.too_large', { limit: MOST_BYTES });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
