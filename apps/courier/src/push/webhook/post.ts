import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress, lookupPublic, PrivateAddressError } from './public-address';

export interface PostAnswer {
  readonly status: number;
  /** The header, as it came. */
  readonly retryAfter: string | undefined;
}

/** An address that may not be posted to without TLS. */
export class InsecureAddressError extends Error {
  override readonly name = 'InsecureAddressError';
}

/** An answer is read to this length, so that its connection can be used again; a longer one is cut off. */
const MOST_ANSWER_BYTES = 64 * 1024;
const IDLE_MS = 15_000;

/** POSTs to addresses that others chose: of the Internet alone and over TLS, unless told otherwise. Follows no redirects. */
export class Poster {
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor(private readonly allowPrivate: boolean) {
    const options = { keepAlive: true, timeout: IDLE_MS, ...(!allowPrivate && { lookup: lookupPublic }) };
    this.http = new HttpAgent(options);
    this.https = new HttpsAgent(options);
  }

  /** @throws when no answer came: the signal aborted, the connection failed, or the address may not be used */
  post(url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<PostAnswer> {
    const tls = url.protocol === 'https:';
    if (!tls && !this.allowPrivate) throw new InsecureAddressError('the address is not https');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!this.allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) {
      throw new PrivateAddressError(`${host} is no address of the Internet`);
    }
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal };
      const request = tls
        ? httpsRequest(url, { ...options, agent: this.https })
        : httpRequest(url, { ...options, agent: this.http });
      request.on('response', (answer) => {
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] });
        drain(answer);
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

/** What the answer says beyond its status is nothing to us. */
function drain(answer: IncomingMessage): void {
  let length = 0;
  answer.on('data', (part: Buffer) => {
    length += part.length;
    if (length > MOST_ANSWER_BYTES) answer.destroy();
  });
  answer.on('error', () => undefined);
}
