import { PkiError } from '../errors';

export interface HttpExchange {
  readonly url: string;
  /** GET unless there is a body. */
  readonly body?: Uint8Array;
  readonly contentType?: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** For the whole exchange, in milliseconds. */
  readonly timeout: number;
  /** Largest answer, in octets. */
  readonly limit: number;
}

/** One request and the body of its successful answer; throws PkiError HTTP_*. */
export type HttpPort = (exchange: HttpExchange) => Promise<Buffer>;

/** Through Node's own client: no redirects, a deadline, and never more octets than the limit. */
export const exchangeOverHttp: HttpPort = async (exchange) => {
  const { url, body, contentType, authorization, timeout, limit } = exchange;
  if (!/^https?:\/\//i.test(url)) throw new PkiError('HTTP_ADDRESS_REFUSED', url);
  const deadline = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      ...(body && { body: Buffer.from(body) }),
      headers: { ...(contentType && { 'content-type': contentType }), ...(authorization && { authorization }) },
      // Where an answer is to be had was signed by the issuer: nobody else sends us elsewhere
      redirect: 'manual',
      signal: deadline,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new PkiError('HTTP_STATUS', `${url} answered ${response.status}`);
    }
    return await readLimited(response, limit, url);
  } catch (error) {
    if (error instanceof PkiError) throw error;
    if (deadline.aborted)
      throw new PkiError('HTTP_TIMEOUT', `${url} gave no answer in ${timeout} ms`, { cause: error });
    throw new PkiError('HTTP_UNREACHABLE', url, { cause: error });
  }
};

async function readLimited(response: Response, limit: number, url: string): Promise<Buffer> {
  const tooLarge = (): PkiError => new PkiError('HTTP_TOO_LARGE', `${url} sent more than ${limit} octets`);
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > limit) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    const octets = part.value as Uint8Array;
    length += octets.length;
    if (length > limit) {
      await reader?.cancel();
      throw tooLarge();
    }
    parts.push(octets);
  }
  return Buffer.concat(parts, length);
}
