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
  server.removeAllListeners('clientError');
  server.on('clientError', refuseUnreadable);
}

/**
 * The parser has given up on the connection, and what was asked for may not be known: the answer is written by hand, for the
 * clients of both doors (RFC 9457 §3.1: who knows `status` as a number ignores the text), and is the last.
 */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  // What comes after the first fault is no news.
  if (error.code === 'ECONNRESET' || socket.destroyed || socket.writableEnded) return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const [status, reason] = STATUS[error.code ?? ''] ?? [400, 'Bad Request'];
  const found = problem('request.malformed', { detail: `HTTP: ${reason}` });
  const { code, en, vi } = found;
  const told = {
    type: `urn:axis:problem:${code}`,
    title: code,
    code,
    detail: vi,
    messages: { vi, en },
    ...failAnswer(found),
  };
  const body = JSON.stringify(told);
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // What the client still sends is read and dropped for a moment, or it would see a broken connection and not the answer.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

const STATUS: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};
