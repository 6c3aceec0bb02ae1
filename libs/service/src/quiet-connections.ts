import type { Server } from 'node:http';

const LOOK_EVERY_MS = 50;

/**
 * Lets a server close as soon as its last answer is given. Connections on which nothing was ever asked (browsers and clients open some
 * ahead) are not idle to Node, and would keep it open for a minute.
 * @returns runs `close` so
 */
export function withoutQuietConnections(server: Server): (close: () => Promise<void>) => Promise<void> {
  let answering = 0;
  server.on('request', (_, response) => {
    answering++;
    response.once('close', () => {
      answering--;
    });
  });
  return async (close) => {
    const timer = setInterval(() => {
      if (!server.listening && answering === 0) server.closeAllConnections();
    }, LOOK_EVERY_MS);
    try {
      await close();
    } finally {
      clearInterval(timer);
    }
  };
}
