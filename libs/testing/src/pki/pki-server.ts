import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';

/** What a stand-in for a TSA, an OCSP responder or a CRL publisher answers. */
export interface PkiAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds before it answers. */
  readonly delay?: number;
}

export interface PkiServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Requests seen so far. */
  readonly requests: number;
  close(): Promise<void>;
}

/** An HTTP server on a free loopback port that answers by `answer`. */
export async function startPkiServer(
  answer: (path: string, body: Buffer) => PkiAnswer | Promise<PkiAnswer>,
): Promise<PkiServer> {
  let requests = 0;
  const respond = async (path: string, body: Buffer): Promise<PkiAnswer> => {
    requests += 1;
    const given = await answer(path, body);
    if (given.delay) await new Promise((resolve) => setTimeout(resolve, given.delay).unref());
    return given;
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      respond(request.url ?? '/', Buffer.concat(parts)).then(
        ({ status = 200, headers = {}, body = Buffer.alloc(0) }) => response.writeHead(status, headers).end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
