import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Part, Rest } from './rest';

const BOUNDARY = 'axis-e2e-boundary';

/** The body of a submission, byte for byte as it goes over the wire. */
export function multipartBody(description: unknown, files: readonly Part[]): Buffer {
  const head = (disposition: string, type: string) =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n`);
  const parts = files.flatMap(({ name, bytes, type = 'application/pdf' }) => [
    head(`name="file"; filename="${name}"`, type),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([
    head('name="document"', 'application/json'),
    Buffer.from(`${JSON.stringify(description)}\r\n`),
    ...parts,
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

/** Opens an upload of `length` bytes that a test goes on with as it likes. */
export async function openUpload({ url, token = '' }: Rest, length: number): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    [
      'POST /v1/documents HTTP/1.1',
      `Host: ${hostname}:${port}`,
      `Authorization: Bearer ${token}`,
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
      `Content-Length: ${length}`,
      'Connection: close',
      '\r\n',
    ].join('\r\n'),
  );
  return socket;
}

/** Sends bytes as the whole body, whatever they are, and reads the answer. */
export async function uploadBytes(rest: Rest, body: Buffer): Promise<{ status: number; body: unknown }> {
  const socket = await openUpload(rest, body.length);
  socket.write(body);
  const received: Buffer[] = [];
  socket.on('data', (data: Buffer) => received.push(data));
  await once(socket, 'close');
  const [head = '', ...rest_] = Buffer.concat(received).toString().split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), body: JSON.parse(rest_.join('\r\n\r\n') || 'null') as unknown };
}
