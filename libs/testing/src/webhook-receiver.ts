import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A status, or something worse: `hang` never answers, `die` cuts the connection after the request was read. */
export type ReceiverAnswer =
  number | 'hang' | 'die' | { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** A document system's end of a webhook: keeps what it takes, and answers as a test wants. */
export class WebhookReceiver {
  /** Every request, whatever was answered. */
  readonly requests: ReceivedRequest[] = [];
  /** Those that were answered 2xx. */
  readonly taken: ReceivedRequest[] = [];
  answer: (request: ReceivedRequest) => ReceiverAnswer = () => 204;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.up();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/events`;
  }

  /** At the same port as before. */
  async up(): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString();
        this.receive({ path: request.url ?? '', headers: request.headers, body }, response);
      });
    });
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    await once(server.listen(this.port, '127.0.0.1'), 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** As after a crash: whoever is connected is cut off. */
  async down(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private receive(request: ReceivedRequest, response: ServerResponse): void {
    this.requests.push(request);
    const answer = this.answer(request);
    if (answer === 'hang') return;
    if (answer === 'die') {
      response.socket?.destroy();
      return;
    }
    const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
    if (status >= 200 && status < 300) this.taken.push(request);
    response.writeHead(status, headers).end();
  }
}
