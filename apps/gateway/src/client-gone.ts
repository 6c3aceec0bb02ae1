import type { FastifyReply } from 'fastify';

/** Aborted once the answer is given or its reader has gone, so that nothing waits for nobody. */
export function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}
