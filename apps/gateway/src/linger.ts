import type { IncomingMessage } from 'node:http';

/** Long enough for an answer to be read at the end of a slow line. */
const LINGER_MS = 10_000;

/**
 * The rest of a refused upload is read and dropped: were the connection closed at once, its client could meet a broken pipe and never
 * read the answer (RFC 9112 §9.6). Who goes on and on is cut off.
 */
export function dropRest(upload: IncomingMessage): void {
  if (upload.readableEnded || upload.destroyed) return;
  const { socket } = upload;
  // The connection itself keeps the process for as long as it is open.
  const cutOff = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  const ended = () => {
    clearTimeout(cutOff);
    // More requests may come by the same connection.
    socket.off('close', ended);
  };
  upload.once('end', ended);
  socket.once('close', ended);
  // Whoever was reading it may have stopped in the middle.
  upload.unpipe().resume();
}
