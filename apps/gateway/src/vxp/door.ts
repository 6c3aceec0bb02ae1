import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { problem } from '@axis/edoc';
import type { FastifyRequest } from 'fastify';
import { failAnswer } from './answers/answer';

/** Whatever a client calls its body: it is read by what is in it. */
const OWN_TYPE = 'application/x-vxp';

const LINGER_MS = 1_000;

/** Is this call of the VXP protocol? */
export const isVxp = (url: string): boolean => /^\/vxp(?:[/?]|$)/.test(url);

/**
 * Opens the web server to the protocol: bodies reach their handler as they are, under any content type, and a request that is no
 * readable HTTP is answered in JSON as everything else.
 */
export function openVxpDoor(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser(OWN_TYPE, (_request: FastifyRequest, _body: unknown, done: (error: null) => void) => {
    done(null);
  });
  fastify.addHook('onRequest', (request: FastifyRequest, _reply: unknown, done: () => void) => {
    if (isVxp(request.url) && request.method !== 'GET') request.raw.headers['content-type'] = OWN_TYPE;
    done();
  });
  const server = app.getHttpServer();
  const others = server.listeners('clientError') as ((error: ClientError, socket: Socket) => void)[];
  server.removeAllListeners('clientError');
  server.on('clientError', (error: ClientError, socket: Socket) => {
    const target = /^[A-Z]+ (\S+)/.exec(error.rawPacket?.toString('latin1', 0, 64) ?? '')?.[1] ?? '';
    if (isVxp(target)) refuseUnreadable(error, socket);
    else for (const other of others) other.call(fastify, error, socket);
  });
}

type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** The parser has given up on the connection: the answer is written by hand, and is the last. */
function refuseUnreadable(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const [status, detail] =
    error.code === 'HPE_HEADER_OVERFLOW' ? ['431 Request Header Fields Too Large', 'headers'] : ['400 Bad Request', ''];
  const found = problem('request.malformed', { detail: `HTTP: ${detail || error.message}` });
  const body = JSON.stringify(failAnswer(found));
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // What the client still sends is read and dropped for a moment, or it would see a broken connection and not the answer.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
